/*
 * Glue between the plugin ABI and RNNoise 0.1 (J.-M. Valin, "A Hybrid DSP/Deep Learning Approach to Real-Time Full-Band
 * Speech Enhancement", MMSP 2018). RNNoise's own source is fetched at build time and stays as it is; it is included
 * here, rather than linked, because copying one channel's state to the other needs the layout of DenoiseState.
 *
 * RNNoise works on blocks of 480 samples of one channel and answers 480 samples late (its window overlaps by half).
 *
 * Equal channels cost one channel's work: as long as left and right have been equal since the last reset, one state
 * serves both. The first block in which they differ copies that state to the right channel, and from then on both run.
 * The output is the same, bit for bit, as of two states that both ran from the start.
 *
 * Frames that are no whole number of blocks (5 ms) pass through a queue, which starts with just enough zeros that it
 * never runs empty: 480 - gcd(480, frame) samples. latency_samples() tells the sum.
 */
#include "denoise.c"

#include "microphone_arena.h"
#include "microphone_parameters.h"
#include "microphone_plugin.h"
#include "rnn_prepare.h"

#define BLOCK_SAMPLES FRAME_SIZE
/* The longest frame is 20 ms (960 samples); batch runs may hand over four at a time. */
#define MAX_FRAME_BYTES (4 * 960 * MICROPHONE_BYTES_PER_SAMPLE_PAIR)
#define QUEUE_SAMPLES (2 * BLOCK_SAMPLES)

static DenoiseState *channels[MICROPHONE_CHANNELS];
static int diverged;

static float block[MICROPHONE_CHANNELS][BLOCK_SAMPLES];
static int block_fill;

/* Processed sample pairs not handed out yet: a ring. */
static int16_t queue[QUEUE_SAMPLES][MICROPHONE_CHANNELS];
static int queue_head;
static int queue_fill;
static int queue_delay_samples;
static int announced_samples = BLOCK_SAMPLES;

static int16_t frame[MAX_FRAME_BYTES / 2];

MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {
  if (channels[0]) return;
  check_init();
  for (int c = 0; c < MICROPHONE_CHANNELS; c++) channels[c] = rnnoise_create(NULL);
#ifndef MICROPHONE_UPSTREAM_RNN
  rnn_prepare(channels[0]->rnn.model);
#endif
}

MICROPHONE_EXPORT(abi_version) int32_t abi_version(void) {
  return MICROPHONE_ABI_VERSION;
}

/* Everything but the addresses of the three recurrent layers' states, which each channel owns. */
static void copy_channel(DenoiseState *to, const DenoiseState *from) {
  const RNNModel *model = from->rnn.model;
  RNNState own = to->rnn;
  *to = *from;
  to->rnn = own;
  RNN_COPY(to->rnn.vad_gru_state, from->rnn.vad_gru_state, model->vad_gru_size);
  RNN_COPY(to->rnn.noise_gru_state, from->rnn.noise_gru_state, model->noise_gru_size);
  RNN_COPY(to->rnn.denoise_gru_state, from->rnn.denoise_gru_state, model->denoise_gru_size);
}

static void clear_channel(DenoiseState *state) {
  RNNState own = state->rnn;
  memset(state, 0, sizeof *state);
  state->rnn = own;
  RNN_CLEAR(own.vad_gru_state, own.model->vad_gru_size);
  RNN_CLEAR(own.noise_gru_state, own.model->noise_gru_size);
  RNN_CLEAR(own.denoise_gru_state, own.model->denoise_gru_size);
}

MICROPHONE_EXPORT(reset) void reset(void) {
  microphone_initialize();
  for (int c = 0; c < MICROPHONE_CHANNELS; c++) clear_channel(channels[c]);
  diverged = 0;
  block_fill = 0;
  queue_head = 0;
  queue_fill = 0;
  queue_delay_samples = 0;
}

/* The least delay with which frames of this length never find the queue empty. */
static int queue_delay_of(int frame_samples) {
  int a = BLOCK_SAMPLES;
  int b = frame_samples;
  while (b) {
    int rest = a % b;
    a = b;
    b = rest;
  }
  return BLOCK_SAMPLES - a;
}

MICROPHONE_EXPORT(frame_buffer) int16_t *frame_buffer(int32_t length_bytes) {
  if (length_bytes <= 0 || length_bytes > MAX_FRAME_BYTES) return NULL;
  announced_samples = length_bytes / MICROPHONE_BYTES_PER_SAMPLE_PAIR;
  return frame;
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  int queue_delay = queue_delay_of(announced_samples);
  if (queue_delay < queue_delay_samples) queue_delay = queue_delay_samples;
  return BLOCK_SAMPLES + queue_delay;
}

MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  /* RNNoise has no parameters: any key is refused. */
  return read_parameters(text, length_bytes, NULL, 0);
}

static void enqueue(int16_t left, int16_t right) {
  int tail = queue_head + queue_fill;
  if (tail >= QUEUE_SAMPLES) tail -= QUEUE_SAMPLES;
  queue[tail][0] = left;
  queue[tail][1] = right;
  queue_fill++;
}

/* To the nearest, halves away from zero, never wrapping round. */
static int16_t to_sample(float x) {
  if (x >= 32767.f) return 32767;
  if (x <= -32768.f) return -32768;
  return (int16_t)(x < 0 ? x - .5f : x + .5f);
}

static int channels_equal(void) {
  for (int i = 0; i < BLOCK_SAMPLES; i++) {
    if (block[0][i] != block[1][i]) return 0;
  }
  return 1;
}

static void process_block(void) {
  size_t mark = arena_mark();
  if (!diverged && !channels_equal()) {
    copy_channel(channels[1], channels[0]);
    diverged = 1;
  }
  rnnoise_process_frame(channels[0], block[0], block[0]);
  if (diverged) rnnoise_process_frame(channels[1], block[1], block[1]);
  arena_release(mark);
  const float *right = diverged ? block[1] : block[0];
  for (int i = 0; i < BLOCK_SAMPLES; i++) enqueue(to_sample(block[0][i]), to_sample(right[i]));
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  if (length_bytes < 0 || length_bytes % MICROPHONE_BYTES_PER_SAMPLE_PAIR != 0) return -1;
  microphone_initialize();
  int samples = length_bytes / MICROPHONE_BYTES_PER_SAMPLE_PAIR;
  for (int wanted = samples ? queue_delay_of(samples) : 0; queue_delay_samples < wanted; queue_delay_samples++) {
    enqueue(0, 0);
  }
  int taken = 0;
  int given = 0;
  while (taken < samples) {
    while (block_fill < BLOCK_SAMPLES && taken < samples) {
      block[0][block_fill] = pcm[2 * taken];
      block[1][block_fill] = pcm[2 * taken + 1];
      block_fill++;
      taken++;
    }
    if (block_fill == BLOCK_SAMPLES) {
      process_block();
      block_fill = 0;
    }
    /* Never past what has been taken: the output goes where the input was. */
    while (given < taken && queue_fill > 0) {
      pcm[2 * given] = queue[queue_head][0];
      pcm[2 * given + 1] = queue[queue_head][1];
      if (++queue_head == QUEUE_SAMPLES) queue_head = 0;
      queue_fill--;
      given++;
    }
  }
  /* Only where frame lengths change in an odd way: the delay grows to what is needed, and stays. */
  for (; given < samples; given++) {
    pcm[2 * given] = 0;
    pcm[2 * given + 1] = 0;
    queue_delay_samples++;
  }
  return length_bytes;
}
