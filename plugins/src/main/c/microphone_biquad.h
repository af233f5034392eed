/*
 * Second-order filters for canonical audio, both channels alike. Part of microphone_plugin.h.
 *
 * Designs: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients" (W3C note, 2021). Run as a
 * transposed direct form II in double precision, whose rounding noise at low corners stays far below one 16-bit step.
 */
#ifndef MICROPHONE_BIQUAD_H
#define MICROPHONE_BIQUAD_H

#include "microphone_pcm.h"

#define BIQUAD_CHANNELS 2

/* y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2] */
typedef struct {
  double b0, b1, b2, a1, a2;
} BiquadCoefficients;

typedef struct {
  BiquadCoefficients coefficients;
  double first[BIQUAD_CHANNELS];
  double second[BIQUAD_CHANNELS];
} Biquad;

/* `q` 0.7071 is Butterworth: -3 dB at `hz`, 12 dB an octave beyond, no bump. */
BiquadCoefficients biquad_lowpass(double hz, double q);
BiquadCoefficients biquad_highpass(double hz, double q);
/* 0 dB at `hz`, and 1 / q octaves or so between the -3 dB points. */
BiquadCoefficients biquad_bandpass(double hz, double q);
/* `db` at `hz` and 0 dB far from it; the wider, the smaller `q`. */
BiquadCoefficients biquad_peak(double hz, double q, double db);
/* `db` below (low) or above (high) and 0 dB beyond, half of it at `hz`; `slope` 1 is the steepest without a bump. */
BiquadCoefficients biquad_low_shelf(double hz, double slope, double db);
BiquadCoefficients biquad_high_shelf(double hz, double slope, double db);

/* Filters one channel in place. */
static inline void biquad_run(Biquad *biquad, int channel, double *samples, int count) {
  BiquadCoefficients c = biquad->coefficients;
  double first = biquad->first[channel];
  double second = biquad->second[channel];
  for (int i = 0; i < count; i++) {
    double x = samples[i];
    double y = c.b0 * x + first;
    first = c.b1 * x - c.a1 * y + second;
    second = c.b2 * x - c.a2 * y;
    samples[i] = y;
  }
  biquad->first[channel] = without_denormals(first);
  biquad->second[channel] = without_denormals(second);
}

/*
 * Filters canonical audio in place, through all of `biquads` one after the other, rounded once. One at 0 dB is left out:
 * its numerator and denominator are the same numbers, so it would pass its input on and remember nothing.
 */
void biquads_run(Biquad *biquads, int count, int16_t *pcm, int samples);

/* Forgets the past, keeps the coefficients. */
static inline void biquad_clear(Biquad *biquad) {
  for (int c = 0; c < BIQUAD_CHANNELS; c++) biquad->first[c] = biquad->second[c] = 0;
}

#endif
