/* Short-time Fourier transform of two channels, and back. */
#ifndef BSS_STFT_H
#define BSS_STFT_H

#include "algebra.h"

/* 85 ms: as long as a room of 0.2 s rings loudly; shorter windows separate worse there (measured, see iva.h). */
#define WINDOW_SAMPLES 4096
#define HOP_SAMPLES 1024
#define BINS (WINDOW_SAMPLES / 2 + 1)

void stft_initialize(void);

/* Analysis and synthesis window multiplied: overlapped by HOP_SAMPLES they add up to 1. */
float stft_overlap_weight(int sample);

/* Spectrum of the WINDOW_SAMPLES samples, into spectrum[bin][channel]. */
void stft_analyse(const float *samples, int channel, Complex spectrum[BINS][2]);

/* Adds the windowed signal of spectrum[bin][channel] to the WINDOW_SAMPLES samples. */
void stft_synthesise(Complex spectrum[BINS][2], int channel, float *samples);

#endif
