/*
 * gate: turns the sound down while nobody speaks. It opens when the peak level of either channel passes `threshold`,
 * and closes when it has stayed `hysteresis` below that for `hold`; so a voice that lingers at the threshold does not
 * make it flutter. Closed, it is `range` dB quieter. The gain moves in dB at a constant rate: the whole range in
 * `attack` to open and in `release` to close. Open, every sample stays as it is.
 */
#include "microphone_plugin.h"

enum { THRESHOLD_DB, HYSTERESIS_DB, RANGE_DB, ATTACK_MS, HOLD_MS, RELEASE_MS, PARAMETER_COUNT };
/*
 * -45 dBFS lies between a quiet room and a voice at arm's length. 200 ms of hold bridge the stops inside words; 30 dB
 * are quiet enough to be heard as silence and leave no hole that startles.
 */
static Parameter parameters[PARAMETER_COUNT] = {
    {"threshold", -90, 0, -45}, {"hysteresis", 0, 24, 6}, {"range", 0, 90, 30},
    {"attack", 0.1, 100, 2},    {"hold", 0, 5000, 200},   {"release", 1, 5000, 150}};

#define CONTROL_MS (CONTROL_SAMPLES * 1000.0 / MICROPHONE_SAMPLE_RATE_HZ)

static double open_above;
static double close_below;
static double gain_db;
static double gain = 1;
static double held_ms;
static int is_open = 1;

MICROPHONE_FRAME_BUFFER

static void prepare(void) {
  open_above = 32768 * gain_of_db(parameters[THRESHOLD_DB].value);
  close_below = open_above / gain_of_db(parameters[HYSTERESIS_DB].value);
}

/* It starts open and closes as after a word: the first word is not cut. */
MICROPHONE_EXPORT(reset) void reset(void) {
  gain_db = 0;
  gain = 1;
  held_ms = 0;
  is_open = 1;
}

MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {
  prepare();
}

/* Nothing steps: the gain goes to a new range at the rate of attack or release. */
MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  int32_t refused = read_parameters(text, length_bytes, parameters, PARAMETER_COUNT);
  if (refused == 0) prepare();
  return refused;
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return 0;
}

static void listen(int peak) {
  if (peak > open_above) is_open = 1;
  if (peak >= close_below) held_ms = 0;
  if (!is_open || peak >= close_below) return;
  held_ms += CONTROL_MS;
  if (held_ms > parameters[HOLD_MS].value) is_open = 0;
}

static double toward(double from, double to, double most) {
  if (from < to) return from + most < to ? from + most : to;
  return from - most > to ? from - most : to;
}

static double next_gain(int peak) {
  listen(peak);
  double wanted_db = is_open ? 0 : -parameters[RANGE_DB].value;
  if (gain_db == wanted_db) return gain;
  double time_ms = parameters[wanted_db > gain_db ? ATTACK_MS : RELEASE_MS].value;
  /* A range made smaller while it is closed has its way to go too: at least 1 dB in the time. */
  double way_db = parameters[RANGE_DB].value > 1 ? parameters[RANGE_DB].value : 1;
  gain_db = toward(gain_db, wanted_db, way_db * CONTROL_MS / time_ms);
  return gain_of_db(gain_db);
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  if (open_above == 0) prepare();
  for (int at = 0; at < samples; at += CONTROL_SAMPLES) {
    int count = samples - at < CONTROL_SAMPLES ? samples - at : CONTROL_SAMPLES;
    double before = gain;
    gain = next_gain(peak_of(pcm + 2 * at, count));
    multiply(pcm + 2 * at, count, before, gain);
  }
  return length_bytes;
}
