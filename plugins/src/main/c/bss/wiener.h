/*
 * The two talkers as the first microphone hears them: a multichannel Wiener filter over what IVA found, less crosstalk.
 *
 * IVA's linear outputs hold what the walls return later than the window, and colour the talker. Here each talker is,
 * at each frequency, a Gaussian of changing power and of a spatial covariance of full rank, which describes his
 * reverberation too: N. Q. K. Duong, E. Vincent, R. Gribonval, "Under-determined reverberant audio source separation
 * using a full-rank spatial covariance model", IEEE TASLP 18(7), 2010. Powers start from IVA's outputs, projected back
 * to the microphones (minimal distortion: K. Matsuoka, S. Nakashima, ICA 2001); the covariances follow by one step of
 * expectation maximisation a hop, with a pull towards IVA's mixing vector, which keeps each talker on his side.
 */
#ifndef BSS_WIENER_H
#define BSS_WIENER_H

#include "crosstalk.h"

void wiener_reset(void);

/* output[bin][talker]; learns from the spectrum unless it is silence. */
void wiener_separate(Complex spectrum[BINS][2], int learn, Complex output[BINS][2]);

#endif
