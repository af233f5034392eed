/* Samples: rounding, channels, gains, and the exports that are the same in every plugin. Part of microphone_plugin.h. */
#ifndef MICROPHONE_PCM_H
#define MICROPHONE_PCM_H

#include <math.h>
#include <stdint.h>

/*
 * Defines abi_version() and frame_buffer(), with a static frame for the host to fill: what a plugin needs unless it
 * keeps its audio elsewhere. To be written once, outside any function. `announced_samples` is then the frame length last
 * named by the host, in sample pairs.
 */
#define MICROPHONE_FRAME_BUFFER                                                         \
  static int16_t microphone_frame[MICROPHONE_MAX_FRAME_SAMPLES * MICROPHONE_CHANNELS];  \
  static int announced_samples __attribute__((unused)) = 960;                           \
  MICROPHONE_EXPORT(abi_version) int32_t abi_version(void) {                            \
    return MICROPHONE_ABI_VERSION;                                                      \
  }                                                                                     \
  MICROPHONE_EXPORT(frame_buffer) int16_t *frame_buffer(int32_t length_bytes) {         \
    if (length_bytes <= 0 || length_bytes > (int32_t)sizeof microphone_frame) return 0; \
    announced_samples = length_bytes / MICROPHONE_BYTES_PER_SAMPLE_PAIR;                \
    return microphone_frame;                                                            \
  }

/* What a frame of that length holds; less than 0 when it is no length that process_frame() may be given. */
static inline int sample_pairs(int32_t length_bytes) {
  if (length_bytes < 0 || length_bytes % MICROPHONE_BYTES_PER_SAMPLE_PAIR != 0) return -1;
  return length_bytes / MICROPHONE_BYTES_PER_SAMPLE_PAIR;
}

/* To the nearest, halves away from zero, held at full scale: never wrapping round. `x` is in steps of 16 bits. */
static inline int16_t to_sample(double x) {
  if (x >= 32767) return 32767;
  if (x <= -32768) return -32768;
  return (int16_t)(x < 0 ? x - 0.5 : x + 0.5);
}

/* Splits interleaved audio into channels, in steps of 16 bits (full scale is 32,768). */
static inline void deinterleave(const int16_t *pcm, float *left, float *right, int samples) {
  for (int i = 0; i < samples; i++) {
    left[i] = pcm[2 * i];
    right[i] = pcm[2 * i + 1];
  }
}

/* The reverse, rounded. `left` and `right` may be the same array. */
static inline void interleave(const float *left, const float *right, int16_t *pcm, int samples) {
  for (int i = 0; i < samples; i++) {
    pcm[2 * i] = to_sample(left[i]);
    pcm[2 * i + 1] = to_sample(right[i]);
  }
}

/* Whether both channels are equal, as of a mono microphone: one channel's work then does for both. */
static inline int is_dual_mono(const int16_t *pcm, int samples) {
  int different = 0;
  for (int i = 0; i < samples; i++) different |= pcm[2 * i] ^ pcm[2 * i + 1];
  return different == 0;
}

static inline double gain_of_db(double db) {
  return exp(db * (M_LN10 / 20));
}

/*
 * For the state of a recursive filter, in steps of 16 bits: smaller is silence and becomes 0, because numbers near the
 * smallest that there are ("denormals") cost a processor a hundred times more to add. Once a frame is often enough.
 */
static inline double without_denormals(double x) {
  return fabs(x) < 1e-9 ? 0 : x;
}

/* A value that moves in a straight line, because a step is heard as a click. Start it with {value, value, 0, 0}. */
typedef struct {
  double value;
  double target;
  double step;
  int left;
} Ramp;

/* `samples` is how many ramp_next() it takes; 0 is at once. */
static inline void ramp_to(Ramp *ramp, double target, int samples) {
  ramp->target = target;
  ramp->left = samples;
  if (samples > 0) {
    ramp->step = (target - ramp->value) / samples;
  } else {
    ramp->value = target;
  }
}

static inline double ramp_next(Ramp *ramp) {
  if (ramp->left > 0) ramp->value = --ramp->left == 0 ? ramp->target : ramp->value + ramp->step;
  return ramp->value;
}

#endif
