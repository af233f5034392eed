/*
 * Real signals of even length N through a complex transform of N / 2: even samples as real parts, odd ones as imaginary
 * parts, and the two interleaved spectra taken apart by their symmetry. H. V. Sorensen et al., "Real-Valued Fast Fourier
 * Transform Algorithms", IEEE Trans. ASSP 35(6), 1987.
 */
#include "half_fft.h"

#include <math.h>
#include <stdlib.h>

/* exp(-2 pi i k / N) for k up to N / 4. */
static kiss_fft_cpx *turns;

kiss_fft_state *half_fft_alloc(int length) {
  turns = malloc(sizeof *turns * (length / 4 + 1));
  for (int k = 0; k <= length / 4; k++) {
    double angle = -2 * M_PI * k / length;
    turns[k].r = (float)cos(angle);
    turns[k].i = (float)sin(angle);
  }
  return opus_fft_alloc_twiddles(length / 2, NULL, NULL, NULL, 0);
}

static int is_real(const kiss_fft_cpx *in, int length) {
  for (int n = 0; n < length; n++) {
    if (in[n].i != 0) return 0;
  }
  return 1;
}

static void forward(const kiss_fft_state *half, const kiss_fft_cpx *in, kiss_fft_cpx *out) {
  int n = half->nfft;
  kiss_fft_cpx *packed = out + n;
  for (int m = 0; m < n; m++) {
    packed[m].r = in[2 * m].r;
    packed[m].i = in[2 * m + 1].r;
  }
  opus_fft_c(half, packed, out);
  float first = out[0].r;
  float last = out[0].i;
  out[0].r = .5f * (first + last);
  out[0].i = 0;
  out[n].r = .5f * (first - last);
  out[n].i = 0;
  for (int k = 1; k <= n / 2; k++) {
    kiss_fft_cpx low = out[k];
    kiss_fft_cpx high = out[n - k];
    float even_r = low.r + high.r;
    float even_i = low.i - high.i;
    float odd_r = low.i + high.i;
    float odd_i = high.r - low.r;
    float turned_r = odd_r * turns[k].r - odd_i * turns[k].i;
    float turned_i = odd_r * turns[k].i + odd_i * turns[k].r;
    out[k].r = .25f * (even_r + turned_r);
    out[k].i = .25f * (even_i + turned_i);
    out[n - k].r = .25f * (even_r - turned_r);
    out[n - k].i = .25f * (turned_i - even_i);
  }
}

static void backward(const kiss_fft_state *half, const kiss_fft_cpx *in, kiss_fft_cpx *out) {
  int n = half->nfft;
  kiss_fft_cpx *packed = out + n;
  packed[0].r = .5f * (in[0].r + in[n].r);
  packed[0].i = .5f * (in[0].r - in[n].r);
  for (int k = 1; k <= n / 2; k++) {
    kiss_fft_cpx low = in[k];
    kiss_fft_cpx high = in[n - k];
    float even_r = low.r + high.r;
    float even_i = low.i - high.i;
    float difference_r = low.r - high.r;
    float difference_i = low.i + high.i;
    float odd_r = difference_r * turns[k].r - difference_i * turns[k].i;
    float odd_i = difference_r * turns[k].i + difference_i * turns[k].r;
    packed[k].r = .5f * (even_r - odd_i);
    packed[k].i = .5f * (even_i + odd_r);
    packed[n - k].r = .5f * (even_r + odd_i);
    packed[n - k].i = .5f * (odd_r - even_i);
  }
  opus_fft_c(half, packed, out);
  for (int m = n - 1; m >= 0; m--) {
    kiss_fft_cpx pair = out[m];
    out[2 * m + 1].r = pair.i;
    out[2 * m].r = pair.r;
  }
}

void half_fft(const kiss_fft_state *half, const kiss_fft_cpx *in, kiss_fft_cpx *out) {
  if (is_real(in, 2 * half->nfft)) {
    forward(half, in, out);
  } else {
    backward(half, in, out);
  }
}
