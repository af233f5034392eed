#ifndef MICROPHONE_HALF_FFT_H
#define MICROPHONE_HALF_FFT_H
#include "kiss_fft.h"

/* For transforms of `length` values, a multiple of 4. The state holds until the process ends; one length only. */
kiss_fft_state *half_fft_alloc(int length);

/*
 * What opus_fft() computes, 1/length times the sum of in[n] exp(-2 pi i n k / length), by a complex transform of half
 * the length, for the two kinds of input that RNNoise has:
 * - real (all imaginary parts 0): out[0] to out[length / 2] are set, what follows is undefined;
 * - the spectrum of a real signal (in[length - k] the conjugate of in[k]): the real parts of all of out are set.
 * `out` must not be `in`.
 */
void half_fft(const kiss_fft_state *half, const kiss_fft_cpx *in, kiss_fft_cpx *out);
#endif
