/*
 * compressor: makes loud passages quieter, and the whole louder if wanted. Feed-forward, peak level, soft knee, both
 * channels by the same gain; see microphone_dynamics.h for the method and its paper. The smoothing is the paper's
 * "smooth branching" one: the gain falls with `attack` and comes back with `release`.
 */
#include "microphone_plugin.h"

enum { THRESHOLD_DB, RATIO, KNEE_DB, ATTACK_MS, RELEASE_MS, MAKEUP_DB, PARAMETER_COUNT };
/* For speech: holds what is louder than a calm voice, quick enough for a plosive, slow enough not to pump. */
static Parameter parameters[PARAMETER_COUNT] = {
    {"threshold", -60, 0, -20}, {"ratio", 1, 20, 3},       {"knee", 0, 24, 6},
    {"attack", 0.1, 200, 5},    {"release", 5, 2000, 100}, {"makeup", -12, 24, 0}};

#define MAKEUP_RAMP_STEPS 60

static double attack_step;
static double release_step;
static double smoothed_db;
static Ramp makeup_db;
static double gain;
static int heard_audio;

MICROPHONE_FRAME_BUFFER

static void prepare(void) {
  attack_step = smoothing_of(parameters[ATTACK_MS].value);
  release_step = smoothing_of(parameters[RELEASE_MS].value);
  ramp_to(&makeup_db, parameters[MAKEUP_DB].value, heard_audio ? MAKEUP_RAMP_STEPS : 0);
  if (!heard_audio) gain = gain_of_db(makeup_db.value);
}

MICROPHONE_EXPORT(reset) void reset(void) {
  smoothed_db = 0;
  heard_audio = 0;
  prepare();
}

MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {
  prepare();
}

/* Threshold, ratio and knee need no ramp: what they ask for is smoothed like any change of level. */
MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  int32_t refused = read_parameters(text, length_bytes, parameters, PARAMETER_COUNT);
  if (refused == 0) prepare();
  return refused;
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return 0;
}

static double next_gain(int peak) {
  double wanted_db = reduction_db(
      level_db(peak), parameters[THRESHOLD_DB].value, parameters[RATIO].value, parameters[KNEE_DB].value);
  smoothed_db += (wanted_db > smoothed_db ? attack_step : release_step) * (wanted_db - smoothed_db);
  smoothed_db = without_denormals(smoothed_db);
  return gain_of_db(ramp_next(&makeup_db) - smoothed_db);
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  if (attack_step == 0) prepare();
  heard_audio = 1;
  for (int at = 0; at < samples; at += CONTROL_SAMPLES) {
    int count = samples - at < CONTROL_SAMPLES ? samples - at : CONTROL_SAMPLES;
    double before = gain;
    gain = next_gain(peak_of(pcm + 2 * at, count));
    multiply(pcm + 2 * at, count, before, gain);
  }
  return length_bytes;
}
