/*
 * Queues between two sizes. Ring: a first-in first-out of elements of one size. Blocks: for a plugin that works on
 * blocks of its own length, whatever the length of the frames. Part of microphone_plugin.h.
 */
#ifndef MICROPHONE_RING_H
#define MICROPHONE_RING_H

#include <stdint.h>
#include <string.h>

/* RING(name, type, capacity) defines one, empty, outside any function. */
typedef struct {
  unsigned char *bytes;
  int element_bytes;
  int capacity;
  int head;
  int fill;
} Ring;

#define RING(name, type, capacity)                  \
  typedef __typeof__(type) name##_element;          \
  static name##_element name##_elements[capacity];  \
  static Ring name = {(unsigned char *)name##_elements, sizeof(type), capacity, 0, 0}

static inline void ring_clear(Ring *ring) {
  ring->head = 0;
  ring->fill = 0;
}

/* How many of `count` elements from position `at` lie before the end; the rest lie at the start. */
static inline int ring_unbroken(const Ring *ring, int at, int count) {
  return ring->capacity - at < count ? ring->capacity - at : count;
}

/* Appends up to `count` elements and returns how many: fewer when it is full. */
static inline int ring_write(Ring *ring, const void *source, int count) {
  int space = ring->capacity - ring->fill;
  if (count > space) count = space;
  int at = ring->head + ring->fill;
  if (at >= ring->capacity) at -= ring->capacity;
  size_t first_bytes = (size_t)ring_unbroken(ring, at, count) * ring->element_bytes;
  memcpy(ring->bytes + (size_t)at * ring->element_bytes, source, first_bytes);
  memcpy(ring->bytes, (const unsigned char *)source + first_bytes, (size_t)count * ring->element_bytes - first_bytes);
  ring->fill += count;
  return count;
}

/* Copies out up to `count` of the oldest elements and leaves them there; `skip` of them are left out. */
static inline int ring_peek(const Ring *ring, int skip, void *target, int count) {
  int there = ring->fill - skip;
  if (count > there) count = there;
  if (count <= 0) return 0;
  int at = ring->head + skip;
  if (at >= ring->capacity) at -= ring->capacity;
  size_t first_bytes = (size_t)ring_unbroken(ring, at, count) * ring->element_bytes;
  memcpy(target, ring->bytes + (size_t)at * ring->element_bytes, first_bytes);
  memcpy((unsigned char *)target + first_bytes, ring->bytes, (size_t)count * ring->element_bytes - first_bytes);
  return count;
}

/* Takes out up to `count` of the oldest elements and returns how many. */
static inline int ring_read(Ring *ring, void *target, int count) {
  count = ring_peek(ring, 0, target, count);
  ring->head += count;
  if (ring->head >= ring->capacity) ring->head -= ring->capacity;
  ring->fill -= count;
  return count;
}

/*
 * BLOCKS(name, samples) defines one, outside any function: input gathers until there are `samples` of each channel, is
 * processed in place, and waits for frames to take it along. It starts with just enough silence that frames of one
 * length never run out: samples - gcd(samples, frame), which is 0 when the frame is a multiple of the block.
 */
typedef struct {
  float *left;
  float *right;
  int16_t *processed;
  int samples;
  int fill;
  int delay_samples;
  Ring *waiting;
} Blocks;

/* The ring's element is a sample pair. */
#define BLOCKS(name, samples)                                             \
  static float name##_left[samples], name##_right[samples];               \
  static int16_t name##_processed[MICROPHONE_CHANNELS * (samples)];       \
  RING(name##_waiting, int16_t[MICROPHONE_CHANNELS], 2 * (samples));      \
  static Blocks name = {name##_left, name##_right, name##_processed, samples, 0, 0, &name##_waiting}

static inline void blocks_clear(Blocks *blocks) {
  blocks->fill = 0;
  blocks->delay_samples = 0;
  ring_clear(blocks->waiting);
}

static inline int blocks_delay_of(const Blocks *blocks, int frame_samples) {
  int a = blocks->samples;
  int b = frame_samples;
  while (b) {
    int rest = a % b;
    a = b;
    b = rest;
  }
  return blocks->samples - a;
}

/* By how much frames of that length lag because of the blocks: to be added to the plugin's own delay. */
static inline int blocks_latency(const Blocks *blocks, int frame_samples) {
  int delay_samples = frame_samples > 0 ? blocks_delay_of(blocks, frame_samples) : 0;
  return delay_samples > blocks->delay_samples ? delay_samples : blocks->delay_samples;
}

/* What has been used up is zeros again, as at the start: a snapshot need not carry it. */
static inline void blocks_wipe(Blocks *blocks) {
  memset(blocks->processed, 0, (size_t)blocks->samples * MICROPHONE_CHANNELS * sizeof *blocks->processed);
  if (blocks->fill == 0) {
    memset(blocks->left, 0, (size_t)blocks->samples * sizeof *blocks->left);
    memset(blocks->right, 0, (size_t)blocks->samples * sizeof *blocks->right);
  }
  if (blocks->waiting->fill == 0) {
    blocks->waiting->head = 0;
    memset(blocks->waiting->bytes, 0, (size_t)blocks->waiting->capacity * blocks->waiting->element_bytes);
  }
}

/*
 * Runs a frame through `process`, which is given a block of either channel and works in place; `samples` is what the
 * frame holds in sample pairs. Where the frame length changes in an odd way, the delay grows to what is needed and stays.
 */
static inline void blocks_run(Blocks *blocks, int16_t *pcm, int samples, void (*process)(float *left, float *right)) {
  int wanted = blocks_latency(blocks, samples);
  for (int16_t silence[2] = {0, 0}; blocks->delay_samples < wanted; blocks->delay_samples++) {
    ring_write(blocks->waiting, silence, 1);
  }
  int given = 0;
  for (int taken = 0; taken < samples;) {
    int count = blocks->samples - blocks->fill;
    if (count > samples - taken) count = samples - taken;
    deinterleave(pcm + 2 * taken, blocks->left + blocks->fill, blocks->right + blocks->fill, count);
    blocks->fill += count;
    taken += count;
    if (blocks->fill == blocks->samples) {
      blocks->fill = 0;
      process(blocks->left, blocks->right);
      interleave(blocks->left, blocks->right, blocks->processed, blocks->samples);
      ring_write(blocks->waiting, blocks->processed, blocks->samples);
    }
    /* Never past what has been taken: the output goes where the input was. */
    given += ring_read(blocks->waiting, pcm + 2 * given, taken - given);
  }
  for (; given < samples; given++, blocks->delay_samples++) {
    pcm[2 * given] = 0;
    pcm[2 * given + 1] = 0;
  }
  blocks_wipe(blocks);
}

#endif
