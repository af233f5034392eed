/*
 * highpass: second-order Butterworth, -3 dB at `hz`, 12 dB an octave below. Takes away rumble, handling noise and DC.
 *
 * Coefficients by the bilinear transform with the corner pre-warped, Q = 1/sqrt(2): see microphone_biquad.h. No delay
 * beyond the filter's phase.
 */
#include "microphone_plugin.h"

/* 80 Hz lies below the lowest male voice (85 Hz) and above mains hum and rumble. */
#define DEFAULT_CORNER_HZ 80

enum { CORNER_HZ, PARAMETER_COUNT };
static Parameter parameters[PARAMETER_COUNT] = {{"hz", 10, 20000, DEFAULT_CORNER_HZ}};

static Biquad filter;

MICROPHONE_FRAME_BUFFER

static void design(double corner_hz) {
  filter.coefficients = biquad_highpass(corner_hz, M_SQRT1_2);
}

MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {
  design(parameters[CORNER_HZ].value);
}

/* The filter's memory stays: a moved corner is a slow change, and clearing them would click. */
MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  int32_t refused = read_parameters(text, length_bytes, parameters, PARAMETER_COUNT);
  if (refused == 0) design(parameters[CORNER_HZ].value);
  return refused;
}

MICROPHONE_EXPORT(reset) void reset(void) {
  biquad_clear(&filter);
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return 0;
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  if (filter.coefficients.b0 == 0) design(parameters[CORNER_HZ].value);
  biquads_run(&filter, 1, pcm, samples);
  return length_bytes;
}
