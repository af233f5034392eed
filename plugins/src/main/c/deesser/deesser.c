/*
 * deesser: turns the hiss of s and sh down while it is too loud, and nothing else. What a band filter around `hz` lets
 * through is measured; what exceeds `threshold` there is taken off by `ratio`, at most `range` dB, from that band alone.
 *
 * The band is taken off by adding it with the sign reversed: out = in + (gain - 1) band(in). With a cookbook band filter
 * of 0 dB at its centre that is a peaking equaliser whose depth follows the sound (U. Zoelzer, "DAFX: Digital Audio
 * Effects", 2nd ed., ch. 2.4.2), exactly the input while the gain is 1, and without delay. See microphone_dynamics.h for the
 * gain computer. One gain for both channels.
 */
#include "microphone_plugin.h"

enum { CENTRE_HZ, Q, THRESHOLD_DB, RATIO, RANGE_DB, ATTACK_MS, RELEASE_MS, PARAMETER_COUNT };
/* The s of adults has its energy between 4 and 10 kHz: their geometric mean, and that width. */
static Parameter parameters[PARAMETER_COUNT] = {
    {"hz", 2000, 16000, 6300}, {"q", 0.3, 5, 1},        {"threshold", -60, 0, -30}, {"ratio", 1, 20, 4},
    {"range", 0, 30, 12},      {"attack", 0.1, 50, 1}, {"release", 5, 500, 60}};

static Biquad band;
static double attack_step;
static double release_step;
static double smoothed_db;
static double gain = 1;

MICROPHONE_FRAME_BUFFER

/* A moved band keeps its filter's memory: what jumps is only what is being taken off. */
static void prepare(void) {
  band.coefficients = biquad_bandpass(parameters[CENTRE_HZ].value, parameters[Q].value);
  attack_step = smoothing_of(parameters[ATTACK_MS].value);
  release_step = smoothing_of(parameters[RELEASE_MS].value);
}

MICROPHONE_EXPORT(reset) void reset(void) {
  biquad_clear(&band);
  smoothed_db = 0;
  gain = 1;
}

MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {
  prepare();
}

MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  int32_t refused = read_parameters(text, length_bytes, parameters, PARAMETER_COUNT);
  if (refused == 0) prepare();
  return refused;
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return 0;
}

static double next_gain(double peak) {
  double wanted_db = reduction_db(level_db(peak), parameters[THRESHOLD_DB].value, parameters[RATIO].value, 0);
  if (wanted_db > parameters[RANGE_DB].value) wanted_db = parameters[RANGE_DB].value;
  smoothed_db += (wanted_db > smoothed_db ? attack_step : release_step) * (wanted_db - smoothed_db);
  smoothed_db = without_denormals(smoothed_db);
  return gain_of_db(-smoothed_db);
}

static double filter(const int16_t *pcm, int samples, double bands[][CONTROL_SAMPLES]) {
  double peak = 0;
  for (int c = 0; c < MICROPHONE_CHANNELS; c++) {
    for (int i = 0; i < samples; i++) bands[c][i] = pcm[2 * i + c];
    biquad_run(&band, c, bands[c], samples);
    for (int i = 0; i < samples; i++) {
      double magnitude = fabs(bands[c][i]);
      if (magnitude > peak) peak = magnitude;
    }
  }
  return peak;
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  if (attack_step == 0) prepare();
  double bands[MICROPHONE_CHANNELS][CONTROL_SAMPLES];
  for (int at = 0; at < samples; at += CONTROL_SAMPLES, pcm += 2 * CONTROL_SAMPLES) {
    int count = samples - at < CONTROL_SAMPLES ? samples - at : CONTROL_SAMPLES;
    double before = gain;
    gain = next_gain(filter(pcm, count, bands));
    double step = (gain - before) / count;
    for (int i = 0; i < count; i++) {
      double less = before + step * (i + 1) - 1;
      pcm[2 * i] = to_sample(pcm[2 * i] + less * bands[0][i]);
      pcm[2 * i + 1] = to_sample(pcm[2 * i + 1] + less * bands[1][i]);
    }
  }
  return length_bytes;
}
