// Turns arriving samples into sound. The audio graph is made on the first listen: browsers ask for a click first.
export class Player {
  constructor() {
    this.isOn = false;
    this.isMuted = false;
    this.volume = 0.8;
    this.report = { fillMs: 0, delayMs: 0, underruns: 0, nonZero: 0, played: 0, isPlaying: false };
  }

  async start() {
    if (!this.context) {
      this.context = new AudioContext({ sampleRate: 48000, latencyHint: 'interactive' });
      await this.context.audioWorklet.addModule('/playout-worklet.js');
      this.node = new AudioWorkletNode(this.context, 'playout', { numberOfInputs: 0, outputChannelCount: [2] });
      this.node.port.onmessage = ({ data }) => (this.report = data);
      this.gain = this.context.createGain();
      this.node.connect(this.gain).connect(this.context.destination);
    }
    this.isOn = true;
    this.applyVolume();
    this.node.port.postMessage('restart');
    await this.context.resume();
  }

  async stop() {
    this.isOn = false;
    await this.context?.suspend();
  }

  restart() {
    this.node?.port.postMessage('restart');
  }

  push(pcm) {
    if (this.isOn) {
      const copy = pcm.slice().buffer;
      this.node.port.postMessage(copy, [copy]);
    }
  }

  setVolume(volume) {
    this.volume = volume;
    this.applyVolume();
  }

  setMuted(isMuted) {
    this.isMuted = isMuted;
    this.applyVolume();
  }

  applyVolume() {
    if (!this.context) return;
    // Squared: equal steps of the slider sound about equally large.
    const gain = this.isMuted ? 0 : this.volume * this.volume;
    this.gain.gain.setTargetAtTime(gain, this.context.currentTime, 0.015);
  }

  // From a sample's arrival to the ear, ms.
  get delayMs() {
    return this.report.fillMs + 1000 * ((this.context?.outputLatency || 0) + (this.context?.baseLatency || 0));
  }
}
