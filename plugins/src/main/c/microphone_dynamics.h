/*
 * What plugins share that turn sound up and down by its level: gate, compressor, de-esser. Part of microphone_plugin.h.
 *
 * Levels and gains are worked out once in 16 samples (3,000 times a second, 15 times in the shortest frame), because a
 * logarithm and an exponential for each sample would cost more than all the rest. Between two of those moments the gain
 * moves in a straight line, so nothing steps.
 *
 * Method: D. Giannoulis, M. Massberg, J. D. Reiss, "Digital dynamic range compressor design - a tutorial and analysis",
 * J. Audio Eng. Soc. 60(6), 2012: levels in dB, gain computer before the smoothing, smoothing of the gain in dB.
 */
#ifndef MICROPHONE_DYNAMICS_H
#define MICROPHONE_DYNAMICS_H

#include <math.h>
#include <stdint.h>

#include "microphone_pcm.h"

#define CONTROL_SAMPLES 16
/* Digital silence, in dB below full scale: less than the smallest sample has (-90.3 dB). */
#define SILENT_LEVEL_DB (-120.0)

/* The largest magnitude in either channel: one gain for both, so that voices stay where they stand between them. */
static inline int peak_of(const int16_t *pcm, int samples) {
  int peak = 0;
  for (int i = 0; i < 2 * samples; i++) {
    int magnitude = pcm[i] < 0 ? -pcm[i] : pcm[i];
    if (magnitude > peak) peak = magnitude;
  }
  return peak;
}

/* By a gain that moves in a straight line and reaches `to` at the last sample. At a gain of 1 nothing changes. */
static inline void multiply(int16_t *pcm, int samples, double from, double to) {
  double step = (to - from) / samples;
  for (int i = 0; i < samples; i++) {
    double gain = from + step * (i + 1);
    pcm[2 * i] = to_sample(gain * pcm[2 * i]);
    pcm[2 * i + 1] = to_sample(gain * pcm[2 * i + 1]);
  }
}

/* Of a magnitude in steps of 16 bits; full scale is 0 dB. */
static inline double level_db(double magnitude) {
  return magnitude < 0.1 ? SILENT_LEVEL_DB : 20 / M_LN10 * log(magnitude / 32768);
}

/* How far a one-pole smoother goes towards its input in CONTROL_SAMPLES; 63 % of the way in `ms`. */
static inline double smoothing_of(double ms) {
  return 1 - exp(-CONTROL_SAMPLES * 1000.0 / (ms * MICROPHONE_SAMPLE_RATE_HZ));
}

/*
 * The static curve with a soft knee, equation 4 of the paper, as what is taken off: 0 below the knee, and above it so
 * much that `ratio` dB more at the input are 1 dB more at the output. A quadratic joins the two within `knee_db`.
 */
static inline double reduction_db(double level, double threshold_db, double ratio, double knee_db) {
  double over = level - threshold_db;
  double slope = 1 - 1 / ratio;
  if (2 * over <= -knee_db) return 0;
  if (2 * over >= knee_db) return slope * over;
  double into_knee = over + knee_db / 2;
  return slope * into_knee * into_knee / (2 * knee_db);
}

#endif
