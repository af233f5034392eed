/*
 * Fourier transform of real signals, and windows. Part of microphone_plugin.h.
 *
 *   static RealFft fft;
 *   static float fft_memory[REAL_FFT_FLOATS(960)];
 *   in _initialize: real_fft_prepare(&fft, 960, fft_memory);
 *   real_fft_forward(&fft, samples, spectrum);   ... change the spectrum ...   real_fft_inverse(&fft, spectrum, samples);
 */
#ifndef MICROPHONE_FFT_H
#define MICROPHONE_FFT_H

#define REAL_FFT_MAX_SIZE 16384
#define REAL_FFT_MAX_PASSES 16

typedef struct {
  int size;
  int pass_count;
  int radices[REAL_FFT_MAX_PASSES];
  float *pass_twiddles;
  float *split_twiddles;
  float *work;
} RealFft;

/* What real_fft_prepare() wants of memory for a transform of `size`. */
#define REAL_FFT_FLOATS(size) (4 * (size))
/* Floats of a spectrum: real and imaginary part in turn, of bins 0 to size / 2; those of the first and last are real. */
#define REAL_FFT_SPECTRUM_FLOATS(size) ((size) + 2)

/*
 * Makes the tables, once. Returns 0, or -1 when the size cannot be done: it is even, up to 16,384, and half of it has no
 * prime factor beyond 2, 3 and 5 (960 and 1,024 can be done, 882 cannot).
 */
int real_fft_prepare(RealFft *fft, int size, float *memory);

/* X[k] = sum of x[n] e^(-2 pi i k n / size). Both arrays may start at the same place. */
void real_fft_forward(const RealFft *fft, const float *samples, float *spectrum);

/* The inverse, 1 / size included: gives back what the forward transform was given. */
void real_fft_inverse(const RealFft *fft, const float *spectrum, float *samples);

/* Both are periodic: shifted by half of `size` (Hann) or squared and so shifted (its root), they add up to 1. */
void hann_window(float *window, int size);
void root_hann_window(float *window, int size);

#endif
