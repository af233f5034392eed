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
 * - each hop learns not from the newest spectrum alone but also from REPLAYS of the last seconds, weighted with what has
 *   been learnt since, so that it settles sooner for the same work in every hop;
 * - after the first second the weight of a frequency follows the few frequencies around it, which tell better than the
 *   whole spectrum when a talker sounds there (overlapping cliques as in I. Lee, G.-J. Jang, T.-W. Lee, "Independent vector
 *   analysis using densities represented by chain-like overlapped cliques", Electronics Letters 45(13), 2009);
 * - what that lets slip, outputs that are the other way round than at other frequencies, is found by how each frequency's
 *   lead, of one output's power over the other's, goes with the mean lead over the frequencies of speech (H. Sawada,
 *   S. Araki, S. Makino, "Measuring dependence of bin-wise separated signals for permutation alignment in frequency-domain
 *   BSS", ISCAS 2007), and turned. In that mean each octave counts the same: the talkers' whole powers are those of the
 *   few loudest frequencies and left regions the wrong way round, and with each frequency counting the same a region of
 *   high ones turned the low ones;
 * - the weight is r^-1.75, between Laplace's r^-1 and the Gaussian's r^-2; the whole power is that of 300 to 5,000 Hz,
 *   where speech is.
 */
#ifndef BSS_IVA_H
#define BSS_IVA_H

#include "stft.h"

/* Above it both outputs get half the microphone's: 20 kHz. */
#define SEPARATED_BINS (20000 * WINDOW_SAMPLES / MICROPHONE_SAMPLE_RATE_HZ)
/* 8 kHz: above it there is little to learn from, and each hop learns from its own spectrum alone. */
#define REPLAYED_BINS (8000 * WINDOW_SAMPLES / MICROPHONE_SAMPLE_RATE_HZ)

typedef struct {
  Complex first[2];
  Complex second[2];
} Demixing;

void iva_reset(void);

/* Learns from the spectrum of a hop that is not silence. */
void iva_learn(Complex spectrum[BINS][2]);

/* y1 = first . x, y2 = second . x, for 1 <= bin < SEPARATED_BINS */
const Demixing *iva_demixing(int bin);

/* How often the two outputs of a frequency have changed places so far. */
int iva_turns(int bin);

/*
 * Weighs each frequency of a talker by his power around it, to the share `band_share`, and over the frequencies of
 * speech; returns his mean power over these.
 */
double iva_weigh(const double power_at[REPLAYED_BINS], double band_share, double weight_at[REPLAYED_BINS]);

#endif
