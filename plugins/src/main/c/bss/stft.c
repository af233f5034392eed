/* Windows: square root of Hann, both ways. */
#include "stft.h"

#include "microphone_plugin.h"

/* Sum of squared windows over the hops that overlap a sample. */
#define OVERLAP_GAIN (WINDOW_SAMPLES / (2.0f * HOP_SAMPLES))

static RealFft fft;
static float fft_memory[REAL_FFT_FLOATS(WINDOW_SAMPLES)];
static float window[WINDOW_SAMPLES];
static float work[REAL_FFT_SPECTRUM_FLOATS(WINDOW_SAMPLES)];

void stft_initialize(void) {
  real_fft_prepare(&fft, WINDOW_SAMPLES, fft_memory);
  root_hann_window(window, WINDOW_SAMPLES);
}

float stft_overlap_weight(int sample) {
  return window[sample] * window[sample] / OVERLAP_GAIN;
}

void stft_analyse(const float *samples, int channel, Complex spectrum[BINS][2]) {
  for (int i = 0; i < WINDOW_SAMPLES; i++) work[i] = window[i] * samples[i];
  real_fft_forward(&fft, work, work);
  for (int k = 0; k < BINS; k++) spectrum[k][channel] = (Complex){work[2 * k], work[2 * k + 1]};
}

void stft_synthesise(Complex spectrum[BINS][2], int channel, float *samples) {
  for (int k = 0; k < BINS; k++) {
    work[2 * k] = (float)spectrum[k][channel].re;
    work[2 * k + 1] = (float)spectrum[k][channel].im;
  }
  work[1] = work[WINDOW_SAMPLES + 1] = 0;
  real_fft_inverse(&fft, work, work);
  for (int i = 0; i < WINDOW_SAMPLES; i++) samples[i] += window[i] / OVERLAP_GAIN * work[i];
}
