#include "microphone_plugin.h"

#include "iva.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define CONTRAST_FROM_BIN (300 * WINDOW_SAMPLES / MICROPHONE_SAMPLE_RATE_HZ)
#define ALIGNED_FROM_BIN (200 * WINDOW_SAMPLES / MICROPHONE_SAMPLE_RATE_HZ)
#define CONTRAST_TO_BIN (5000 * WINDOW_SAMPLES / MICROPHONE_SAMPLE_RATE_HZ)

#define REPLAYS 15
/* The demixing is solved anew after so many spectra learnt: twice a hop. */
#define SPECTRA_A_SOLUTION 8
/* 8 s: enough for both talkers to have spoken alone now and then. */
#define HISTORY_SPECTRA (8 * MICROPHONE_SAMPLE_RATE_HZ / HOP_SAMPLES)
/* Above REPLAYED_BINS: memory of 8 s, in spectra. */
#define REMEMBERED_SPECTRA (8.0 * MICROPHONE_SAMPLE_RATE_HZ / HOP_SAMPLES)
/*
 * The same in replayed spectra, counting replays: weights of longer ago come from demixings that are worse. 300 are 19
 * hops; what is heard of the room is still the whole history, from which they are drawn.
 */
#define REMEMBERED_REPLAYS 300.0
/* Until so many spectra (0.9 s) a talker's frequencies are taken as one. */
#define SPECTRA_BEFORE_BANDS 40
/* A frequency's band: this many on each side of it. */
#define BAND_REACH_BINS 2
/* Share of the band in the power that weighs a frequency; the rest is that of all of speech. */
#define BAND_SHARE 0.8
/* Which way round the talkers are at a frequency is an average over 1,000 spectra learnt. */
#define AGREEMENT_SHARE 0.001
/* Added to r, which is about 1 for a talker at his usual level: pauses weigh at most 30 times as much. */
#define QUIET_TALKER 0.1
/* Share of the mean power added to the covariances, which would be singular where only one talker is heard. */
#define LOADING 1e-3

typedef struct {
  float left_re;
  float left_im;
  float right_re;
  float right_im;
} Heard;

typedef struct {
  Hermitian talker[2];
} Covariances;

static Covariances covariances[SEPARATED_BINS];
static Demixing demixings[SEPARATED_BINS];
/* Of each talker, at each frequency of the spectrum that is being learnt. */
static double powers[2][REPLAYED_BINS];
static double power_sums[REPLAYED_BINS + 1];
static double weights[2][REPLAYED_BINS];
/* How much the first talker leads at each of them. */
static double leads[REPLAYED_BINS];
/* Average of -1 to 1: below 0 a frequency's outputs lead when those of most frequencies do not. */
static double agreements[REPLAYED_BINS];
static int turns[REPLAYED_BINS];
static Heard history[HISTORY_SPECTRA][REPLAYED_BINS];
static int history_fill;
static int history_next;
static double learnt_replayed;
static double learnt;
static uint32_t random_state;

void iva_reset(void) {
  for (int k = 0; k < SEPARATED_BINS; k++) {
    covariances[k] = (Covariances){0};
    demixings[k] = (Demixing){.first = {{1, 0}, {0, 0}}, .second = {{0, 0}, {1, 0}}};
  }
  memset(agreements, 0, sizeof agreements);
  memset(turns, 0, sizeof turns);
  history_fill = 0;
  history_next = 0;
  learnt_replayed = 0;
  learnt = 0;
  random_state = 1;
}

const Demixing *iva_demixing(int bin) {
  return &demixings[bin];
}

int iva_turns(int bin) {
  return bin < REPLAYED_BINS ? turns[bin] : 0;
}

static void remember(Complex spectrum[BINS][2]) {
  for (int k = 0; k < REPLAYED_BINS; k++) {
    history[history_next][k] = (Heard){(float)spectrum[k][0].re, (float)spectrum[k][0].im, (float)spectrum[k][1].re,
                                       (float)spectrum[k][1].im};
  }
  history_next = (history_next + 1) % HISTORY_SPECTRA;
  if (history_fill < HISTORY_SPECTRA) history_fill++;
}

/* Any order does; the same after each reset. Numbers as in Knuth, "The Art of Computer Programming" 2, 3.3.4, line 16. */
static const Heard *replayed(void) {
  random_state = random_state * 1664525u + 1013904223u;
  return history[(uint64_t)random_state * (uint32_t)history_fill >> 32];
}

static double talker_power(const Complex row[2], const Heard *x) {
  double re = row[0].re * x->left_re - row[0].im * x->left_im + row[1].re * x->right_re - row[1].im * x->right_im;
  double im = row[0].re * x->left_im + row[0].im * x->left_re + row[1].re * x->right_im + row[1].im * x->right_re;
  return re * re + im * im;
}

/* (r + QUIET_TALKER)^-1.75 */
static double weight(double mean_power) {
  double r = sqrt(mean_power) + QUIET_TALKER;
  return 1 / (r * sqrt(r * sqrt(r)));
}

double iva_weigh(const double power_at[REPLAYED_BINS], double band_share, double weight_at[REPLAYED_BINS]) {
  power_sums[0] = power_sums[1] = 0;
  for (int k = 1; k < REPLAYED_BINS; k++) power_sums[k + 1] = power_sums[k] + power_at[k];
  double speech = (power_sums[CONTRAST_TO_BIN + 1] - power_sums[CONTRAST_FROM_BIN]) /
                  (CONTRAST_TO_BIN - CONTRAST_FROM_BIN + 1);
  for (int k = 1; k < REPLAYED_BINS; k++) {
    int from = k > BAND_REACH_BINS ? k - BAND_REACH_BINS : 1;
    int end = k + BAND_REACH_BINS < REPLAYED_BINS ? k + BAND_REACH_BINS + 1 : REPLAYED_BINS;
    double band = (power_sums[end] - power_sums[from]) / (end - from);
    weight_at[k] = weight(band_share * band + (1 - band_share) * speech);
  }
  return speech;
}

/* Fills powers and weights of a talker; returns his mean power over the frequencies of speech. */
static double weigh_talker(int talker, const Heard *heard, double band_share) {
  for (int k = 1; k < REPLAYED_BINS; k++) {
    powers[talker][k] = talker_power(talker ? demixings[k].second : demixings[k].first, &heard[k]);
  }
  return iva_weigh(powers[talker], band_share, weights[talker]);
}

/* How much the first of two powers leads: -1 to 1, and about 0 where both are low. */
static double lead(double first, double second) {
  return (first - second) / (first + second + 1e-3);
}

/* Over the frequencies of speech, each octave counting the same. */
static double mean_lead(void) {
  double sum = 0;
  double counted = 0;
  for (int k = ALIGNED_FROM_BIN; k <= CONTRAST_TO_BIN; k++) {
    sum += leads[k] / k;
    counted += 1.0 / k;
  }
  return sum / counted;
}

/* Weighs each frequency for each talker; weights_above become those of the frequencies that are not replayed. */
static void weigh(const Heard *heard, double weights_above[2]) {
  double band_share = learnt < SPECTRA_BEFORE_BANDS ? 0 : BAND_SHARE;
  for (int talker = 0; talker < 2; talker++) weights_above[talker] = weight(weigh_talker(talker, heard, band_share));
  for (int k = 1; k < REPLAYED_BINS; k++) leads[k] = lead(powers[0][k], powers[1][k]);
  double leading = mean_lead();
  for (int k = 1; k < REPLAYED_BINS; k++) agreements[k] += AGREEMENT_SHARE * (leading * leads[k] - agreements[k]);
}

/* Where the outputs go with the other talker each, they change places. */
static void align(int k) {
  if (agreements[k] >= 0) return;
  Hermitian covariance = covariances[k].talker[0];
  covariances[k].talker[0] = covariances[k].talker[1];
  covariances[k].talker[1] = covariance;
  Demixing demixing = demixings[k];
  demixings[k] = (Demixing){.first = {demixing.second[0], demixing.second[1]},
                            .second = {demixing.first[0], demixing.first[1]}};
  agreements[k] = -agreements[k];
  turns[k]++;
}

static void accumulate(Hermitian *covariance, double keep, double take, double left, double right, Complex cross) {
  covariance->a = keep * covariance->a + take * left;
  covariance->b = keep * covariance->b + take * right;
  covariance->c.re = keep * covariance->c.re + take * cross.re;
  covariance->c.im = keep * covariance->c.im + take * cross.im;
}

/* The share of a new spectrum: all of the first, then a growing average, then one that forgets. */
static double share(double spectra, double remembered) {
  return 1 / (spectra < remembered ? spectra : remembered);
}

static void learn_replayed(const Heard *heard) {
  double take = share(++learnt_replayed, REMEMBERED_REPLAYS);
  for (int k = 1; k < REPLAYED_BINS; k++) {
    const Heard *x = &heard[k];
    double left = (double)x->left_re * x->left_re + (double)x->left_im * x->left_im;
    double right = (double)x->right_re * x->right_re + (double)x->right_im * x->right_im;
    Complex cross = {(double)x->left_re * x->right_re + (double)x->left_im * x->right_im,
                     (double)x->left_im * x->right_re - (double)x->left_re * x->right_im};
    for (int talker = 0; talker < 2; talker++) {
      accumulate(&covariances[k].talker[talker], 1 - take, take * weights[talker][k], left, right, cross);
    }
  }
}

static void learn_once(Complex spectrum[BINS][2], const double weights_above[2]) {
  double take = share(++learnt, REMEMBERED_SPECTRA);
  for (int k = REPLAYED_BINS; k < SEPARATED_BINS; k++) {
    Complex cross = complex_product(spectrum[k][0], conjugate(spectrum[k][1]));
    for (int talker = 0; talker < 2; talker++) {
      accumulate(&covariances[k].talker[talker], 1 - take, take * weights_above[talker], power(spectrum[k][0]),
                 power(spectrum[k][1]), cross);
    }
  }
}

static Hermitian loaded(Hermitian m) {
  double load = LOADING * (m.a + m.b) / 2 + 1e-20;
  return (Hermitian){m.a + load, m.b + load, m.c};
}

/* The row w = u^H, scaled so that w M w^H = 1. */
static void set_row(Complex row[2], Hermitian m, Complex u0, Complex u1) {
  double norm = quadratic(m, u0, u1);
  if (!(norm > 1e-300)) return;
  double factor = 1 / sqrt(norm);
  row[0] = scale(conjugate(u0), factor);
  row[1] = scale(conjugate(u1), factor);
}

/*
 * V1 u = l V2 u: the eigenvector of the smaller l passes the first talker, whose loud moments weigh little in V1, and
 * the other the second. Each is read off the row of V2^-1 V1 - l I that is larger.
 */
static void solve(int k) {
  Hermitian v1 = loaded(covariances[k].talker[0]);
  Hermitian v2 = loaded(covariances[k].talker[1]);
  double inverse = 1 / (v2.a * v2.b - power(v2.c));
  double cross_re = v2.c.re * v1.c.re + v2.c.im * v1.c.im;
  double cross_im = v2.c.im * v1.c.re - v2.c.re * v1.c.im;
  Complex m11 = {(v2.b * v1.a - cross_re) * inverse, -cross_im * inverse};
  Complex m22 = {(v2.a * v1.b - cross_re) * inverse, cross_im * inverse};
  Complex m12 = scale(subtract(scale(v1.c, v2.b), scale(v2.c, v1.b)), inverse);
  Complex m21 = scale(conjugate(subtract(scale(v1.c, v2.a), scale(v2.c, v1.a))), inverse);
  Complex half = scale(subtract(m11, m22), 0.5);
  double discriminant = complex_product(half, half).re + complex_product(m12, m21).re;
  double root = discriminant > 0 ? sqrt(discriminant) : 0;
  for (int talker = 0; talker < 2; talker++) {
    double eigenvalue = (m11.re + m22.re) / 2 + (talker ? root : -root);
    Complex u0 = m12;
    Complex u1 = {eigenvalue - m11.re, -m11.im};
    Complex other0 = {eigenvalue - m22.re, -m22.im};
    if (power(other0) + power(m21) > power(u0) + power(u1)) {
      u0 = other0;
      u1 = m21;
    }
    set_row(talker ? demixings[k].second : demixings[k].first, talker ? v2 : v1, u0, u1);
  }
}

void iva_learn(Complex spectrum[BINS][2]) {
  remember(spectrum);
  double weights_above[2];
  for (int i = REPLAYS; i >= 0; i--) {
    const Heard *heard = i > 0 ? replayed() : history[(history_next + HISTORY_SPECTRA - 1) % HISTORY_SPECTRA];
    weigh(heard, weights_above);
    learn_replayed(heard);
    if (i % SPECTRA_A_SOLUTION != 0) continue;
    for (int k = 1; k < REPLAYED_BINS; k++) {
      solve(k);
      if (learnt >= SPECTRA_BEFORE_BANDS) align(k);
    }
  }
  learn_once(spectrum, weights_above);
  for (int k = REPLAYED_BINS; k < SEPARATED_BINS; k++) solve(k);
}
