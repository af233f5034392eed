import { Spectrum } from './fft.js';

const SAMPLE_RATE = 48000;
const FFT_SIZE = 2048;
const HOP = 512;
export const FLOOR_DB = -100;
const LOG_FROM_HZ = 50;
const NYQUIST_HZ = SAMPLE_RATE / 2;
const LABELS = { log: [100, 200, 500, 1000, 2000, 5000, 10000, 20000], linear: [0, 4000, 8000, 12000, 16000, 20000, 24000] };
const COLOURS = [[5, 3, 9], [29, 17, 71], [81, 18, 124], [136, 39, 129], [191, 55, 108], [235, 88, 84], [252, 140, 86], [254, 197, 130], [252, 253, 205]];

// 256 colours from quiet to loud, ABGR as a canvas holds them on little-endian machines.
function palette() {
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (COLOURS.length - 1);
    const low = COLOURS[Math.floor(at)];
    const high = COLOURS[Math.ceil(at)];
    const mix = (c) => Math.round(low[c] + (high[c] - low[c]) * (at % 1));
    return (255 << 24) | (mix(2) << 16) | (mix(1) << 8) | mix(0);
  });
}

// Draws the last seconds as they come. A ring canvas holds a column a hop; each animation frame shows it unrolled.
export class Spectrogram {
  constructor(canvas, frequencies, times, legend) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d', { alpha: false });
    this.frequencies = frequencies;
    this.times = times;
    this.colours = palette();
    this.spectrum = new Spectrum(FFT_SIZE);
    this.samples = new Float32Array(8 * FFT_SIZE);
    this.written = 0;
    this.analysed = 0;
    this.columns = 0;
    this.axis = 'log';
    this.ring = document.createElement('canvas');
    this.ringContext = this.ring.getContext('2d', { alpha: false });
    this.drawLegend(legend);
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
  }

  drawLegend(legend) {
    const context = legend.getContext('2d');
    const image = context.createImageData(legend.width, 1);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < legend.width; i++) pixels[i] = this.colours[Math.round((i / (legend.width - 1)) * 255)];
    context.putImageData(image, 0, 0);
  }

  resize() {
    const width = Math.max(160, Math.round(this.canvas.clientWidth));
    const height = Math.max(120, Math.round(this.canvas.clientHeight * Math.min(2, devicePixelRatio)));
    if (this.ring.width === width && this.ring.height === height) return;
    this.canvas.width = this.ring.width = width;
    this.canvas.height = this.ring.height = height;
    this.column = this.ringContext.createImageData(1, height);
    this.pixels = new Uint32Array(this.column.data.buffer);
    this.clear();
    this.layOutAxes();
  }

  clear() {
    this.columns = 0;
    this.written = this.analysed = 0;
    this.samples.fill(0);
    for (const context of [this.ringContext, this.context]) {
      context.fillStyle = `rgb(${COLOURS[0]})`;
      context.fillRect(0, 0, this.ring.width, this.ring.height);
    }
  }

  setAxis(axis) {
    this.axis = axis;
    this.layOutAxes();
    this.clear();
  }

  // Which bins each row shows: all that fall into it, so that a thin line never falls between two rows.
  layOutAxes() {
    const height = this.ring.height;
    this.rowFrom = new Float32Array(height);
    this.rowTo = new Float32Array(height);
    const bin = (hz) => Math.min(FFT_SIZE / 2 - 1, (hz / SAMPLE_RATE) * FFT_SIZE);
    for (let y = 0; y < height; y++) {
      this.rowTo[y] = bin(this.hertzAt(1 - y / height));
      this.rowFrom[y] = bin(this.hertzAt(1 - (y + 1) / height));
    }
    this.frequencies.replaceChildren(
      ...LABELS[this.axis].map((hz) => {
        const label = document.createElement('span');
        label.textContent = hz >= 1000 ? `${hz / 1000} k` : `${hz}`;
        label.style.top = `${100 * (1 - this.positionOf(hz))}%`;
        return label;
      }));
    const seconds = (this.ring.width * HOP) / SAMPLE_RATE;
    const step = seconds > 6 ? 2 : 1;
    const labels = [];
    for (let s = Math.floor((seconds - 0.4) / step) * step; s >= 0; s -= step) {
      const label = document.createElement('span');
      label.textContent = s === 0 ? 'now' : `−${s} s`;
      label.style.left = `${100 * (1 - s / seconds)}%`;
      labels.push(label);
    }
    this.times.replaceChildren(...labels);
  }

  hertzAt(position) {
    return this.axis === 'linear' ? position * NYQUIST_HZ : LOG_FROM_HZ * Math.pow(NYQUIST_HZ / LOG_FROM_HZ, position);
  }

  positionOf(hertz) {
    return this.axis === 'linear' ? hertz / NYQUIST_HZ : Math.log(hertz / LOG_FROM_HZ) / Math.log(NYQUIST_HZ / LOG_FROM_HZ);
  }

  // Takes interleaved stereo; the picture shows the mean of both channels.
  push(pcm) {
    const ring = this.samples;
    for (let i = 0; i < pcm.length; i += 2) ring[this.written++ % ring.length] = (pcm[i] + pcm[i + 1]) / 65536;
    // A page in the background is not drawn: what fell out of the ring is skipped.
    this.analysed = Math.max(this.analysed, this.written - ring.length);
    while (this.written - this.analysed >= FFT_SIZE) {
      this.addColumn(this.spectrum.of(ring, this.analysed));
      this.analysed += HOP;
    }
  }

  addColumn(decibels) {
    const { pixels, rowFrom, rowTo, colours } = this;
    for (let y = 0; y < pixels.length; y++) {
      const first = Math.floor(rowFrom[y]);
      const last = Math.floor(rowTo[y]);
      let level = -140;
      if (last - first <= 1) {
        const middle = (rowFrom[y] + rowTo[y]) / 2;
        const at = Math.floor(middle);
        const next = Math.min(at + 1, decibels.length - 1);
        level = decibels[at] + (decibels[next] - decibels[at]) * (middle - at);
      } else {
        for (let b = first; b <= last; b++) level = Math.max(level, decibels[b]);
      }
      pixels[y] = colours[Math.round(255 * Math.min(1, Math.max(0, 1 - level / FLOOR_DB)))];
    }
    this.ringContext.putImageData(this.column, this.columns % this.ring.width, 0);
    this.columns++;
  }

  draw() {
    const width = this.ring.width;
    const height = this.ring.height;
    const oldest = this.columns % width;
    this.context.drawImage(this.ring, oldest, 0, width - oldest, height, 0, 0, width - oldest, height);
    if (oldest > 0) this.context.drawImage(this.ring, 0, 0, oldest, height, width - oldest, 0, oldest, height);
  }
}
