/*
 * gain: multiplies by a constant, given in dB. Samples that would not fit are held at full scale.
 *
 * A change of the parameter during a stream is a straight ramp over 20 ms, because a step in gain is heard as a click.
 * The first value set, and the first after reset(), applies at once.
 */
#include "microphone_plugin.h"

#define RAMP_SAMPLES 960

enum { GAIN_DB, PARAMETER_COUNT };
/* -120 dB is silence in 16 bits, +60 dB lifts one bit to full scale's tenth: beyond is a typing error. */
static Parameter parameters[PARAMETER_COUNT] = {{"db", -120, 60, 0}};

static Ramp gain = {1, 1, 0, 0};
static int heard_audio;

MICROPHONE_FRAME_BUFFER

/* Natively called by the harness, so every plugin has one. */
MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {}

MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  int32_t refused = read_parameters(text, length_bytes, parameters, PARAMETER_COUNT);
  if (refused == 0) ramp_to(&gain, gain_of_db(parameters[GAIN_DB].value), heard_audio ? RAMP_SAMPLES : 0);
  return refused;
}

MICROPHONE_EXPORT(reset) void reset(void) {
  ramp_to(&gain, gain.target, 0);
  heard_audio = 0;
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return 0;
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  heard_audio = 1;
  for (int i = 0; i < samples; i++) {
    double factor = ramp_next(&gain);
    pcm[2 * i] = to_sample(factor * pcm[2 * i]);
    pcm[2 * i + 1] = to_sample(factor * pcm[2 * i + 1]);
  }
  return length_bytes;
}
