/*
 * gain: multiplies by a constant, given in dB. Samples that would not fit are held at full scale.
 *
 * A change of the parameter during a stream is a straight ramp over 20 ms, because a step in gain is heard as a click.
 * The first value set, and the first after reset(), applies at once.
 */
#include <math.h>

#include "microphone_parameters.h"
#include "microphone_plugin.h"

#define RAMP_SAMPLES 960
#define MAX_FRAME_BYTES (4 * 960 * MICROPHONE_BYTES_PER_SAMPLE_PAIR)

enum { GAIN_DB, PARAMETER_COUNT };
/* -120 dB is silence in 16 bits, +60 dB lifts one bit to full scale's tenth: beyond is a typing error. */
static Parameter parameters[PARAMETER_COUNT] = {{"db", -120, 60, 0}};

static double gain = 1;
static double target = 1;
static double step;
static int ramp_left;
static int heard_audio;

static int16_t frame[MAX_FRAME_BYTES / 2];

/* Natively called by the harness, so every plugin has one. */
MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {}

MICROPHONE_EXPORT(abi_version) int32_t abi_version(void) {
  return MICROPHONE_ABI_VERSION;
}

MICROPHONE_EXPORT(frame_buffer) int16_t *frame_buffer(int32_t length_bytes) {
  return length_bytes > 0 && length_bytes <= MAX_FRAME_BYTES ? frame : 0;
}

MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  int32_t refused = read_parameters(text, length_bytes, parameters, PARAMETER_COUNT);
  if (refused) return refused;
  target = exp(parameters[GAIN_DB].value * (M_LN10 / 20));
  if (heard_audio) {
    step = (target - gain) / RAMP_SAMPLES;
    ramp_left = RAMP_SAMPLES;
  } else {
    gain = target;
  }
  return 0;
}

MICROPHONE_EXPORT(reset) void reset(void) {
  gain = target;
  ramp_left = 0;
  heard_audio = 0;
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return 0;
}

/* To the nearest, halves away from zero, never wrapping round. */
static int16_t to_sample(double x) {
  if (x >= 32767) return 32767;
  if (x <= -32768) return -32768;
  return (int16_t)(x < 0 ? x - 0.5 : x + 0.5);
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  if (length_bytes < 0 || length_bytes % MICROPHONE_BYTES_PER_SAMPLE_PAIR != 0) return -1;
  heard_audio = 1;
  int samples = length_bytes / MICROPHONE_BYTES_PER_SAMPLE_PAIR;
  for (int i = 0; i < samples; i++) {
    if (ramp_left > 0) gain = --ramp_left == 0 ? target : gain + step;
    pcm[2 * i] = to_sample(gain * pcm[2 * i]);
    pcm[2 * i + 1] = to_sample(gain * pcm[2 * i + 1]);
  }
  return length_bytes;
}
