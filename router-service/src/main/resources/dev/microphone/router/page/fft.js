// Power spectrum of real samples: Hann window, radix-2 FFT (Cooley and Tukey 1965), in place, nothing allocated per call.
export class Spectrum {
  constructor(size) {
    this.size = size;
    this.window = Float32Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
    this.cosines = Float32Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
    this.sines = Float32Array.from({ length: size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / size));
    this.reversed = new Uint32Array(size);
    const bits = Math.log2(size);
    for (let i = 0; i < size; i++) {
      let r = 0;
      for (let b = 0; b < bits; b++) r |= ((i >> b) & 1) << (bits - 1 - b);
      this.reversed[i] = r;
    }
    this.real = new Float32Array(size);
    this.imaginary = new Float32Array(size);
    this.decibels = new Float32Array(size / 2);
    // A full-scale sine has half its amplitude in the positive frequencies, and the window passes half of that.
    this.fullScale = size / 4;
  }

  // Levels in dBFS per bin, of `size` samples of a ring that begin at `start`. The result is reused by the next call.
  of(ring, start) {
    const { size, real, imaginary, window, reversed, cosines, sines } = this;
    for (let i = 0; i < size; i++) {
      real[reversed[i]] = ring[(start + i) % ring.length] * window[i];
      imaginary[i] = 0;
    }
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half);
      for (let from = 0; from < size; from += 2 * half) {
        for (let k = 0, t = 0; k < half; k++, t += step) {
          const a = from + k;
          const b = a + half;
          const re = real[b] * cosines[t] + imaginary[b] * sines[t];
          const im = imaginary[b] * cosines[t] - real[b] * sines[t];
          real[b] = real[a] - re;
          imaginary[b] = imaginary[a] - im;
          real[a] += re;
          imaginary[a] += im;
        }
      }
    }
    const scale = 1 / (this.fullScale * this.fullScale);
    for (let i = 0; i < size / 2; i++) {
      const power = (real[i] * real[i] + imaginary[i] * imaginary[i]) * scale;
      this.decibels[i] = power > 1e-14 ? 10 * Math.log10(power) : -140;
    }
    return this.decibels;
  }
}
