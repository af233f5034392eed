/*
 * Lets a test reach the FFT: in WASM by exports, natively as a program that reads SIZE floats from its input and writes
 * the spectrum and what the inverse makes of it.
 */
#include "microphone_plugin.h"

static RealFft fft;
static float memory[REAL_FFT_FLOATS(REAL_FFT_MAX_SIZE)];
static float data[REAL_FFT_SPECTRUM_FLOATS(REAL_FFT_MAX_SIZE)];

#ifdef __wasm__
MICROPHONE_EXPORT(data) float *harness_data(void) {
  return data;
}

MICROPHONE_EXPORT(prepare) int harness_prepare(int size) {
  return real_fft_prepare(&fft, size, memory);
}

MICROPHONE_EXPORT(forward) void harness_forward(void) {
  real_fft_forward(&fft, data, data);
}

MICROPHONE_EXPORT(inverse) void harness_inverse(void) {
  real_fft_inverse(&fft, data, data);
}

MICROPHONE_EXPORT(root_hann) void harness_root_hann(int size) {
  root_hann_window(data, size);
}

MICROPHONE_EXPORT(hann) void harness_hann(int size) {
  hann_window(data, size);
}
#else
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  int size = argc == 2 ? atoi(argv[1]) : 0;
  if (real_fft_prepare(&fft, size, memory) != 0) return 2;
  if (fread(data, sizeof *data, size, stdin) != (size_t)size) return 3;
  real_fft_forward(&fft, data, data);
  if (fwrite(data, sizeof *data, REAL_FFT_SPECTRUM_FLOATS(size), stdout) != (size_t)REAL_FFT_SPECTRUM_FLOATS(size)) return 4;
  real_fft_inverse(&fft, data, data);
  return fwrite(data, sizeof *data, size, stdout) == (size_t)size ? 0 : 4;
}
#endif
