// Plays what arrives after a delay that adapts: it grows when the network makes the buffer run dry, and shrinks slowly
// while all is calm. Two sample clocks never agree, so the reading speed follows the buffer's fill by up to 0.5 %.
const CAPACITY = 48000 * 2;
const START_DELAY = 48 * 60;
const SHORTEST_DELAY = 48 * 40;
const LONGEST_DELAY = 48 * 500;
const GROWTH = 48 * 20;
const SHRINK_AFTER = 48000 * 15;
const TOLERANCE = 48 * 15;
const LARGEST_CORRECTION = 0.005;
// Further behind than this, catching up by speed would take most of a minute: skip instead.
const SKIP_EXCESS = 48 * 150;
const FADE = 240;
const REPORT_QUANTA = 16;

class Playout extends AudioWorkletProcessor {
  constructor() {
    super();
    this.left = new Float32Array(CAPACITY);
    this.right = new Float32Array(CAPACITY);
    this.underruns = this.nonZero = this.played = this.quanta = 0;
    this.delay = START_DELAY;
    this.smoothFill = 0;
    this.restart();
    this.port.onmessage = ({ data }) => (data === 'restart' ? this.restart() : this.write(new Int16Array(data)));
  }

  restart() {
    this.written = this.read = 0;
    this.isPlaying = false;
    this.calm = 0;
    this.gain = 0;
  }

  write(pcm) {
    for (let i = 0; i < pcm.length; i += 2) {
      const at = this.written++ % CAPACITY;
      this.left[at] = pcm[i] / 32768;
      this.right[at] = pcm[i + 1] / 32768;
    }
    if (this.fill > CAPACITY / 2) this.read = this.written - this.delay;
  }

  get fill() {
    return this.written - this.read;
  }

  // Cubic through four samples (Catmull and Rom 1974); exact where the position is a whole sample.
  at(ring, position) {
    const i = Math.floor(position);
    const t = position - i;
    const b = ring[i % CAPACITY];
    if (t === 0) return b;
    const a = ring[(i - 1 + CAPACITY) % CAPACITY];
    const c = ring[(i + 1) % CAPACITY];
    const d = ring[(i + 2) % CAPACITY];
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }

  process(inputs, outputs) {
    const [left, right] = outputs[0];
    if (!this.isPlaying && this.fill >= this.delay) {
      this.isPlaying = true;
      this.smoothFill = this.fill;
    }
    if (this.isPlaying && this.fill < left.length + 4) {
      this.isPlaying = false;
      this.underruns++;
      this.calm = 0;
      this.gain = 0;
      this.delay = Math.min(LONGEST_DELAY, this.delay + GROWTH);
    }
    if (this.isPlaying) this.play(left, right);
    if (++this.quanta % REPORT_QUANTA === 0) this.report();
    return true;
  }

  play(left, right) {
    this.smoothFill += (this.fill - this.smoothFill) * 0.01;
    const excess = this.smoothFill - this.delay;
    if (excess > SKIP_EXCESS) {
      this.read = this.written - this.delay;
      this.smoothFill = this.delay;
      this.gain = 0;
    }
    const isWithin = Math.abs(excess) < TOLERANCE;
    const speed = isWithin ? 1 : 1 + Math.max(-1, Math.min(1, excess / 4800)) * LARGEST_CORRECTION;
    if (isWithin) this.read = Math.round(this.read);
    for (let i = 0; i < left.length; i++) {
      this.gain = Math.min(1, this.gain + 1 / FADE);
      left[i] = this.at(this.left, this.read) * this.gain;
      right[i] = this.at(this.right, this.read) * this.gain;
      if (left[i] !== 0 || right[i] !== 0) this.nonZero++;
      this.read += speed;
    }
    this.played += left.length;
    this.calm += left.length;
    if (this.calm > SHRINK_AFTER && this.delay > SHORTEST_DELAY) {
      this.delay -= 48;
      this.calm = SHRINK_AFTER - 48000;
    }
  }

  report() {
    this.port.postMessage({
      fillMs: this.fill / 48,
      delayMs: this.delay / 48,
      underruns: this.underruns,
      nonZero: this.nonZero,
      played: this.played,
      isPlaying: this.isPlaying,
    });
  }
}

registerProcessor('playout', Playout);
