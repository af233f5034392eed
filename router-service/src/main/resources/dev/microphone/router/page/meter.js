const FLOOR_DB = -66;
const HOLD_MS = 1500;
const FALL_DB_PER_MS = 20 / 1700; // IEC 60268-10, type I
const RMS_MS = 300; // IEC 60268-17
const SCALE = [-60, -48, -36, -24, -18, -12, -6, 0];

const decibels = (amplitude) => (amplitude > 0 ? 20 * Math.log10(amplitude) : -140);
const share = (db) => Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
export const shown = (db) => (db <= -120 ? '−∞' : db.toFixed(1).replace('-', '−'));

class Bar {
  constructor(element) {
    this.element = element;
    const track = document.createElement('div');
    track.className = 'track';
    [this.peakFill, this.rmsFill, this.holdLine] = ['peak fill', 'rms fill', 'hold'].map((name) => {
      const part = document.createElement('div');
      part.className = name;
      return track.appendChild(part);
    });
    element.append(element.dataset.channel, track);
    this.reset();
  }

  reset() {
    this.peak = -140;
    this.hold = -140;
    this.holdUntil = 0;
    this.meanSquare = 0;
  }

  push(pcm, channel) {
    let highest = 0;
    let sum = 0;
    for (let i = channel; i < pcm.length; i += 2) {
      const sample = pcm[i] / 32768;
      sum += sample * sample;
      if (sample > highest) highest = sample;
      else if (-sample > highest) highest = -sample;
    }
    const millis = pcm.length / 2 / 48;
    this.meanSquare += (sum / (pcm.length / 2) - this.meanSquare) * (1 - Math.exp(-millis / RMS_MS));
    this.peak = Math.max(decibels(highest), this.peak - millis * FALL_DB_PER_MS);
    const now = performance.now();
    if (this.peak >= this.hold || now > this.holdUntil) {
      this.hold = this.peak;
      this.holdUntil = now + HOLD_MS;
    }
  }

  get rms() {
    return decibels(Math.sqrt(this.meanSquare));
  }

  draw() {
    this.peakFill.style.clipPath = `inset(0 ${100 * (1 - share(this.peak))}% 0 0)`;
    this.rmsFill.style.clipPath = `inset(0 ${100 * (1 - share(this.rms))}% 0 0)`;
    this.holdLine.style.left = `calc(${100 * share(this.hold)}% - 2px)`;
    this.holdLine.style.opacity = this.hold > FLOOR_DB ? 1 : 0;
    this.element.setAttribute('aria-valuenow', Math.max(FLOOR_DB, Math.round(this.peak)));
  }
}

// Peak and RMS of both channels, with a line that holds the highest peak for a moment.
export class Meter {
  constructor(elements, scale) {
    this.bars = [...elements].map((element) => new Bar(element));
    scale.replaceChildren(
      ...SCALE.map((db) => {
        const label = document.createElement('span');
        label.textContent = `${db}`.replace('-', '−');
        label.style.left = `${100 * share(db)}%`;
        return label;
      }));
  }

  reset() {
    this.bars.forEach((bar) => bar.reset());
  }

  push(pcm) {
    this.bars.forEach((bar, channel) => bar.push(pcm, channel));
  }

  draw() {
    this.bars.forEach((bar) => bar.draw());
  }

  get hold() {
    return Math.max(...this.bars.map((bar) => bar.hold));
  }

  get rms() {
    return decibels(Math.sqrt((this.bars[0].meanSquare + this.bars[1].meanSquare) / 2));
  }
}
