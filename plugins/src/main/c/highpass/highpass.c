/*
 * highpass: second-order Butterworth, -3 dB at `hz`, 12 dB an octave below. Takes away rumble, handling noise and DC.
 *
 * Coefficients by the bilinear transform with the corner pre-warped, as in R. Bristow-Johnson's "Cookbook formulae for
 * audio EQ biquad filter coefficients" (W3C note, 2021) with Q = 1/sqrt(2); run as a transposed direct form II in double
 * precision, whose rounding noise at low corners stays far below one 16-bit step. No delay beyond the filter's phase.
 */
#include "microphone_plugin.h"

/* 80 Hz lies below the lowest male voice (85 Hz) and above mains hum and rumble. */
#define DEFAULT_CORNER_HZ 80

enum { CORNER_HZ, PARAMETER_COUNT };
static Parameter parameters[PARAMETER_COUNT] = {{"hz", 10, 20000, DEFAULT_CORNER_HZ}};

typedef struct {
  double first;
  double second;
} Memory;

static Memory memories[MICROPHONE_CHANNELS];
static double b0, b1, b2, a1, a2;

MICROPHONE_FRAME_BUFFER

static void design(double corner_hz) {
  double omega = 2 * M_PI * corner_hz / MICROPHONE_SAMPLE_RATE_HZ;
  double alpha = sin(omega) / sqrt(2.0);
  double cosine = cos(omega);
  double a0 = 1 + alpha;
  b0 = (1 + cosine) / 2 / a0;
  b1 = -(1 + cosine) / a0;
  b2 = b0;
  a1 = -2 * cosine / a0;
  a2 = (1 - alpha) / a0;
}

MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {
  design(parameters[CORNER_HZ].value);
}

/* The memories stay: a moved corner is a slow change, and clearing them would click. */
MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  int32_t refused = read_parameters(text, length_bytes, parameters, PARAMETER_COUNT);
  if (refused == 0) design(parameters[CORNER_HZ].value);
  return refused;
}

MICROPHONE_EXPORT(reset) void reset(void) {
  for (int c = 0; c < MICROPHONE_CHANNELS; c++) memories[c] = (Memory){0, 0};
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return 0;
}

static void filter(int16_t *pcm, int samples, Memory *memory) {
  double first = memory->first;
  double second = memory->second;
  for (int i = 0; i < samples; i++) {
    double x = pcm[MICROPHONE_CHANNELS * i];
    double y = b0 * x + first;
    first = b1 * x - a1 * y + second;
    second = b2 * x - a2 * y;
    pcm[MICROPHONE_CHANNELS * i] = to_sample(y);
  }
  memory->first = without_denormals(first);
  memory->second = without_denormals(second);
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  if (b0 == 0) design(parameters[CORNER_HZ].value);
  for (int c = 0; c < MICROPHONE_CHANNELS; c++) filter(pcm + c, samples, &memories[c]);
  return length_bytes;
}
