/*
 * Finds, for each frequency, the two linear combinations of two microphones that give two talkers.
 *
 * Online auxiliary-function independent vector analysis: T. Taniguchi, N. Ono, A. Kawamura, S. Sagayama, "An auxiliary-
 * function approach to online independent vector analysis for real-time blind source separation", HSCMA 2014. The pair
 * of demixing vectors comes in closed form from a generalised eigenvalue problem: N. Ono, "Fast stereo independent vector
 * analysis and its implementation on mobile phone", IWAENC 2012. A talker's frequencies rise and fall together; that is
 * what tells which of the two outputs of each frequency belong together.
 *
 * Departures, each because it measured better on voices in rooms of 0.2 and 0.4 s (the plugin's page has the figures):
 * the weight is r^-1.5, between Laplace's r^-1 and the Gaussian's r^-2; r is taken over 300 to 5,000 Hz, where speech
 * is; and each hop learns not from the newest spectrum alone but also from REPLAYS of the last seconds, weighted with
 * what has been learnt since, so that it settles sooner for the same work in every hop.
 */
#ifndef BSS_IVA_H
#define BSS_IVA_H

#include "stft.h"

/* Above it both outputs get half the microphone's: 20 kHz. */
#define SEPARATED_BINS (20000 * WINDOW_SAMPLES / MICROPHONE_SAMPLE_RATE_HZ)

typedef struct {
  Complex first[2];
  Complex second[2];
} Demixing;

void iva_reset(void);

/* Learns from the spectrum of a hop that is not silence. */
void iva_learn(Complex spectrum[BINS][2]);

/* y1 = first . x, y2 = second . x, for 1 <= bin < SEPARATED_BINS */
const Demixing *iva_demixing(int bin);

#endif
