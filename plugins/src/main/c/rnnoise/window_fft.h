#ifndef MICROPHONE_WINDOW_FFT_H
#define MICROPHONE_WINDOW_FFT_H
#include "kiss_fft.h"

/* Discrete Fourier transforms of WINDOW_FFT_LENGTH real samples, and the constants that they need. */
enum { WINDOW_FFT_LENGTH = 960 };

/* Before the first transform. */
void window_fft_prepare(void);

/*
 * What opus_fft() computes of real samples: spectrum[k] = 1/960 times the sum of samples[n] exp(-2 pi i n k / 960), for
 * k from 0 to 480. The two must not overlap.
 */
void window_fft_forward(kiss_fft_cpx *spectrum, const float *samples);

/*
 * The inverse: samples[n] = the sum over k of spectrum[k] exp(2 pi i n k / 960), where spectrum[960 - k] is the conjugate
 * of spectrum[k], and not read. The two must not overlap.
 */
void window_fft_backward(float *samples, const kiss_fft_cpx *spectrum);
#endif
