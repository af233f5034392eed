/*
 * How loud the noise is in each bin, while somebody may be speaking over it.
 *
 * R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum statistics", IEEE Trans.
 * Speech and Audio Processing 9(5), 2001: the power is smoothed, as strongly as its distance from the noise allows; the
 * minimum of the last 1.6 s is the noise, because a voice pauses in any bin within that time; and as a minimum is less
 * than a mean, it is multiplied by a bias that follows from the variance of the smoothed power. Equation numbers are
 * the paper's. Departure: constants of time are converted from its steps of 16 ms to ours of 10 ms.
 */
#include "noise_tracker.h"

#include <math.h>
#include <string.h>

/* 8 sub-windows of 20 steps of 10 ms. */
#define SUB_WINDOWS 8
#define SUB_WINDOW_STEPS 20
/* The paper's table 5 for minima over 160 and over 20 steps. */
#define MEAN_OF_160 0.91f
#define MEAN_OF_20 0.705f
/* 0.96 a step of 16 ms. */
#define MOST_SMOOTHING 0.975f
/* Enough for a noise that changes at once to be found again; the paper makes it less where the SNR is high (eq. 12). */
#define LEAST_SMOOTHING 0.3f
#define LARGE 1e30f
/* 0.2 s. */
#define START_STEPS 20

float noise_power[BINS];

static float smoothed[BINS];
static float mean[BINS];
static float mean_square[BINS];
static float minimum[BINS];
static float sub_minimum[BINS];
static float sub_minima[SUB_WINDOWS][BINS];
static unsigned char may_rise[BINS];
static float correction;
static int sub_window;
static int step;
static int start_steps;

void noise_tracker_reset(void) {
  start_steps = 0;
}

static void start_minima(void) {
  memset(may_rise, 0, sizeof may_rise);
  for (int k = 0; k < BINS; k++) {
    smoothed[k] = noise_power[k];
    mean[k] = noise_power[k];
    mean_square[k] = noise_power[k] * noise_power[k];
    minimum[k] = LARGE;
    sub_minimum[k] = LARGE;
    for (int u = 0; u < SUB_WINDOWS; u++) sub_minima[u][k] = LARGE;
  }
  correction = 1;
  sub_window = 0;
  step = 0;
}

/*
 * At first the noise is the mean of what is heard. A single window's power may be a hundredth of the noise's in some
 * bins, and such a minimum would stay for 1.6 s.
 */
static void start(const float *power) {
  start_steps++;
  for (int k = 0; k < BINS; k++) {
    if (start_steps == 1) noise_power[k] = 0;
    noise_power[k] += (power[k] - noise_power[k]) / (float)start_steps;
  }
  if (start_steps == START_STEPS) start_minima();
}

static inline float square(float x) {
  return x * x;
}

/* Equations 9 and 10: less smoothing where the smoothed power has lost touch with the sound as a whole. */
static void correct(const float *power) {
  float sum = 0;
  float smoothed_sum = 0;
  for (int k = 0; k < BINS; k++) {
    sum += power[k];
    smoothed_sum += smoothed[k];
  }
  float wanted = 1 / (1 + square(smoothed_sum / sum - 1));
  correction = 0.8f * correction + 0.2f * (wanted > 0.7f ? wanted : 0.7f);
}

/* Equations 11 and 4, then 21 to 23: returns the inverse of the equivalent degrees of freedom, at most 1/2. */
static inline float smooth(int k, float power) {
  float noise = noise_power[k];
  float alpha = MOST_SMOOTHING * correction / (1 + square(smoothed[k] / noise - 1));
  if (alpha < LEAST_SMOOTHING) alpha = LEAST_SMOOTHING;
  float p = alpha * smoothed[k] + (1 - alpha) * power;
  float beta = alpha * alpha < 0.8f ? alpha * alpha : 0.8f;
  smoothed[k] = p;
  mean[k] = beta * mean[k] + (1 - beta) * p;
  mean_square[k] = beta * mean_square[k] + (1 - beta) * p * p;
  float inverse = (mean_square[k] - square(mean[k])) / (2 * noise * noise);
  if (inverse < 0.005f) return 0.005f;
  return inverse < 0.5f ? inverse : 0.5f;
}

/* Equation 17, with 1 / Q instead of Q: (D - 1) * 2 / Q~, Q~ = (Q - 2 M) / (1 - M). */
static inline float bias(int steps, float mean_of_steps, float inverse) {
  return 1 + (steps - 1) * 2 * (1 - mean_of_steps) * inverse / (1 - 2 * mean_of_steps * inverse);
}

void noise_tracker_hear(const float *power) {
  static float inverses[BINS];
  if (start_steps < START_STEPS) {
    start(power);
    return;
  }
  correct(power);
  float inverse_sum = 0;
  for (int k = 0; k < BINS; k++) {
    inverses[k] = smooth(k, power[k]);
    inverse_sum += inverses[k];
  }
  float mean_inverse = inverse_sum / BINS;
  /* Equation 25: minima of a power that varies more are too low by more than eq. 17 says. */
  float common = 1 + 2.12f * sqrtf(mean_inverse);
  int is_last = ++step == SUB_WINDOW_STEPS;
  /* How much the noise may rise from one sub-window to the next: the paper's table of noise_slope_max. */
  float slope = mean_inverse < 0.03f ? 8 : mean_inverse < 0.05f ? 4 : mean_inverse < 0.06f ? 2 : 1.2f;
  for (int k = 0; k < BINS; k++) {
    float whole = smoothed[k] * common * bias(SUB_WINDOWS * SUB_WINDOW_STEPS, MEAN_OF_160, inverses[k]);
    float part = smoothed[k] * common * bias(SUB_WINDOW_STEPS, MEAN_OF_20, inverses[k]);
    int is_new = whole < minimum[k];
    if (is_new) {
      minimum[k] = whole;
      sub_minimum[k] = part;
    }
    if (!is_last) {
      /* A minimum inside the sub-window, not at its start, may be that of a noise that has risen. */
      if (is_new && step > 1) may_rise[k] = 1;
      if (step > 1) {
        float least = sub_minimum[k] < noise_power[k] ? sub_minimum[k] : noise_power[k];
        noise_power[k] = least;
      }
      continue;
    }
    if (is_new) may_rise[k] = 0;
    sub_minima[sub_window][k] = minimum[k];
    float least = LARGE;
    for (int u = 0; u < SUB_WINDOWS; u++) least = sub_minima[u][k] < least ? sub_minima[u][k] : least;
    if (may_rise[k] && sub_minimum[k] < slope * least && sub_minimum[k] > least) {
      least = sub_minimum[k];
      for (int u = 0; u < SUB_WINDOWS; u++) sub_minima[u][k] = least;
    }
    noise_power[k] = least;
    minimum[k] = LARGE;
    sub_minimum[k] = LARGE;
    may_rise[k] = 0;
  }
  if (is_last) {
    step = 0;
    sub_window = (sub_window + 1) % SUB_WINDOWS;
  }
}
