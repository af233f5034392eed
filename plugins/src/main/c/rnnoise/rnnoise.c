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
 * Frames that are no whole number of blocks (5 ms) wait for the rest of their block: latency_samples() tells the sum.
 */
#include "denoise.c"

#include "microphone_arena.h"
#include "microphone_plugin.h"
#include "rnn_prepare.h"

#define BLOCK_SAMPLES FRAME_SIZE

static DenoiseState *channels[MICROPHONE_CHANNELS];
static int diverged;

BLOCKS(blocks, BLOCK_SAMPLES);

MICROPHONE_FRAME_BUFFER

MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {
  if (channels[0]) return;
  check_init();
  for (int c = 0; c < MICROPHONE_CHANNELS; c++) channels[c] = rnnoise_create(NULL);
#ifndef MICROPHONE_UPSTREAM_RNN
  rnn_prepare(channels[0]->rnn.model);
#endif
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
  blocks_clear(&blocks);
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return BLOCK_SAMPLES + blocks_latency(&blocks, announced_samples);
}

MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  /* RNNoise has no parameters: any key is refused. */
  return read_parameters(text, length_bytes, NULL, 0);
}

static int channels_equal(const float *left, const float *right) {
  for (int i = 0; i < BLOCK_SAMPLES; i++) {
    if (left[i] != right[i]) return 0;
  }
  return 1;
}

static void process_block(float *left, float *right) {
  size_t mark = arena_mark();
  if (!diverged && !channels_equal(left, right)) {
    copy_channel(channels[1], channels[0]);
    diverged = 1;
  }
  rnnoise_process_frame(channels[0], left, left);
  if (diverged) {
    rnnoise_process_frame(channels[1], right, right);
  } else {
    memcpy(right, left, BLOCK_SAMPLES * sizeof *right);
  }
  arena_release(mark);
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  microphone_initialize();
  blocks_run(&blocks, pcm, samples, process_block);
  return length_bytes;
}
