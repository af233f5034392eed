/*
 * eq: a low shelf, three peaks and a high shelf, one after the other; see microphone_biquad.h for the designs. A band at
 * 0 dB is left out, and with all at 0 dB every sample stays as it is.
 *
 * A change during a stream takes 20 ms: the coefficients move in straight lines, in 60 steps. Between two stable filters
 * of second order every filter on that line is stable (the stable coefficients form a triangle), so nothing can ring up.
 */
#include "microphone_plugin.h"

#define BANDS 5
#define RAMP_STEPS 60
#define STEP_SAMPLES 16
/* The steepest shelves without a bump. */
#define SHELF_SLOPE 1

enum {
  LOW_HZ, LOW_DB, PEAK_1_HZ, PEAK_1_DB, PEAK_1_Q, PEAK_2_HZ, PEAK_2_DB, PEAK_2_Q, PEAK_3_HZ, PEAK_3_DB, PEAK_3_Q,
  HIGH_HZ, HIGH_DB, PARAMETER_COUNT
};
/* Where a voice has its warmth, mud, nose, presence and air. */
static Parameter parameters[PARAMETER_COUNT] = {
    {"low_hz", 20, 20000, 120}, {"low_db", -24, 24, 0},
    {"b1_hz", 20, 20000, 300},  {"b1_db", -24, 24, 0},  {"b1_q", 0.1, 20, 1},
    {"b2_hz", 20, 20000, 1000}, {"b2_db", -24, 24, 0},  {"b2_q", 0.1, 20, 1},
    {"b3_hz", 20, 20000, 3500}, {"b3_db", -24, 24, 0},  {"b3_q", 0.1, 20, 1},
    {"high_hz", 20, 20000, 10000}, {"high_db", -24, 24, 0}};

static Biquad bands[BANDS];
static BiquadCoefficients targets[BANDS];
static int steps_left;
static int heard_audio;

MICROPHONE_FRAME_BUFFER

static double value(int parameter) {
  return parameters[parameter].value;
}

static BiquadCoefficients peak_of_parameters(int hz) {
  return biquad_peak(value(hz), value(hz + PEAK_1_Q - PEAK_1_HZ), value(hz + PEAK_1_DB - PEAK_1_HZ));
}

static void land(void) {
  for (int b = 0; b < BANDS; b++) bands[b].coefficients = targets[b];
  steps_left = 0;
}

static void prepare(void) {
  targets[0] = biquad_low_shelf(value(LOW_HZ), SHELF_SLOPE, value(LOW_DB));
  targets[1] = peak_of_parameters(PEAK_1_HZ);
  targets[2] = peak_of_parameters(PEAK_2_HZ);
  targets[3] = peak_of_parameters(PEAK_3_HZ);
  targets[4] = biquad_high_shelf(value(HIGH_HZ), SHELF_SLOPE, value(HIGH_DB));
  steps_left = RAMP_STEPS;
  if (!heard_audio) land();
}

MICROPHONE_EXPORT(reset) void reset(void) {
  for (int b = 0; b < BANDS; b++) biquad_clear(&bands[b]);
  heard_audio = 0;
  prepare();
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

static void step(void) {
  for (int b = 0; b < BANDS; b++) {
    BiquadCoefficients *c = &bands[b].coefficients;
    c->b0 += (targets[b].b0 - c->b0) / steps_left;
    c->b1 += (targets[b].b1 - c->b1) / steps_left;
    c->b2 += (targets[b].b2 - c->b2) / steps_left;
    c->a1 += (targets[b].a1 - c->a1) / steps_left;
    c->a2 += (targets[b].a2 - c->a2) / steps_left;
  }
  if (--steps_left == 0) land();
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  if (bands[0].coefficients.b0 == 0) prepare();
  heard_audio = 1;
  int at = 0;
  for (; at < samples && steps_left > 0; at += STEP_SAMPLES) {
    step();
    int count = samples - at < STEP_SAMPLES ? samples - at : STEP_SAMPLES;
    biquads_run(bands, BANDS, pcm + 2 * at, count);
  }
  if (at < samples) biquads_run(bands, BANDS, pcm + 2 * at, samples - at);
  return length_bytes;
}
