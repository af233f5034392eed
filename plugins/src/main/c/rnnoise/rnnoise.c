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
#ifndef MICROPHONE_UPSTREAM_RNN
/*
 * Its transforms are of real signals, so half the length does. Ours stand in for what both of denoise.c's functions do,
 * and end them where upstream would call its complex one: the compiler drops what they copy before and after it.
 */
#include "window_fft.h"
#undef opus_fft
#define opus_fft(state, x, y, arch)                                                                              \
  return _Generic((in), const float *: window_fft_forward, const kiss_fft_cpx *: window_fft_backward)(out, in)
#define opus_fft_alloc_twiddles(length, memory, memory_length, base, arch) (window_fft_prepare(), NULL)
#endif
#include "denoise.c"

#include "hum.h"
#include "microphone_arena.h"
#include "microphone_plugin.h"
#include "rnn_prepare.h"

#define BLOCK_SAMPLES FRAME_SIZE
/* The longest frame is 20 ms (960 sample pairs); a caller may hand over two at a time. */
#define MAX_FRAME_BYTES (2 * 960 * MICROPHONE_BYTES_PER_SAMPLE_PAIR)
#define WAITING_PAIRS (2 * BLOCK_SAMPLES)

static DenoiseState *channels[MICROPHONE_CHANNELS];
static int diverged;

static Ring waiting = {.element_bytes = MICROPHONE_BYTES_PER_SAMPLE_PAIR, .capacity = WAITING_PAIRS};
static Blocks blocks = {.samples = BLOCK_SAMPLES, .waiting = &waiting};

/* Hum is taken out before RNNoise, which leaves all but 6 to 9 dB of it: a steady tone at a voice's pitch. */
static Hum *hum;
/* Phase of the mains, in turns; the same for both channels. */
static double mains_turns;

enum { HUM_HZ, PARAMETER_COUNT };
static Parameter parameters[PARAMETER_COUNT] = {{"hum", 0, 400, 0}};

static int16_t *frame;
static int announced_samples = 960;

/* Where the next allocations go: into weights that are used no more. */
static void reuse(int spent) {
#ifdef MICROPHONE_UPSTREAM_RNN
  (void)spent;
#else
  arena_use(rnn_spent[spent].start, rnn_spent[spent].bytes);
#endif
}

/*
 * The network first: it fills the arena with its large layers' weights as floats, and what lies in their 8-bit form is
 * spent. All working memory goes there (80 KB that an instance need not have twice), packed by hand. What upstream
 * allocates for one block of one channel, 9 KB, comes last.
 */
MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {
  if (channels[0]) return;
#ifndef MICROPHONE_UPSTREAM_RNN
  rnn_prepare();
#endif
  reuse(RNN_DENOISE_INPUT);
  check_init();
  channels[0] = rnnoise_create(NULL);
  blocks.left = calloc(BLOCK_SAMPLES, sizeof *blocks.left);
  blocks.right = calloc(BLOCK_SAMPLES, sizeof *blocks.right);
  blocks.processed = calloc(BLOCK_SAMPLES, MICROPHONE_BYTES_PER_SAMPLE_PAIR);
  reuse(RNN_DENOISE_RECURRENT);
  channels[1] = rnnoise_create(NULL);
  frame = calloc(1, MAX_FRAME_BYTES);
  hum = calloc(MICROPHONE_CHANNELS, sizeof *hum);
  reuse(RNN_NOISE_RECURRENT);
  waiting.bytes = calloc(WAITING_PAIRS, MICROPHONE_BYTES_PER_SAMPLE_PAIR);
  reuse(RNN_NOISE_INPUT);
#ifndef MICROPHONE_UPSTREAM_RNN
  /* What a block needs only while it is processed: zeros, as arena_release() leaves it. */
  memset(rnn_spent[RNN_NOISE_INPUT].start, 0, rnn_spent[RNN_NOISE_INPUT].bytes);
#endif
}

MICROPHONE_EXPORT(abi_version) int32_t abi_version(void) {
  return MICROPHONE_ABI_VERSION;
}

MICROPHONE_EXPORT(frame_buffer) int16_t *frame_buffer(int32_t length_bytes) {
  if (length_bytes <= 0 || length_bytes > MAX_FRAME_BYTES) return NULL;
  microphone_initialize();
  announced_samples = length_bytes / MICROPHONE_BYTES_PER_SAMPLE_PAIR;
  return frame;
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
  memset(hum, 0, MICROPHONE_CHANNELS * sizeof *hum);
  diverged = 0;
  blocks_clear(&blocks);
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return BLOCK_SAMPLES + blocks_latency(&blocks, announced_samples);
}

MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  return read_parameters(text, length_bytes, parameters, PARAMETER_COUNT);
}

static int channels_equal(const float *left, const float *right) {
  for (int i = 0; i < BLOCK_SAMPLES; i++) {
    if (left[i] != right[i]) return 0;
  }
  return 1;
}

/*
 * What a channel need not keep between two blocks: the block before, which is also the newest in its pitch buffer, and the
 * oldest block there, which the next one pushes out. Both are zeros then, so that a snapshot does not carry them: 3,840
 * bytes a channel.
 */
static void fold(DenoiseState *state) {
  RNN_CLEAR(state->analysis_mem, FRAME_SIZE);
  RNN_CLEAR(state->pitch_buf, FRAME_SIZE);
}

static void unfold(DenoiseState *state) {
  RNN_COPY(state->analysis_mem, &state->pitch_buf[PITCH_BUF_SIZE - FRAME_SIZE], FRAME_SIZE);
}

static void process_channel(int channel, float *samples) {
  size_t mark = arena_mark();
  double mains_hz = parameters[HUM_HZ].value;
  if (mains_hz > 0) hum_take(&hum[channel], mains_hz, mains_turns, samples, BLOCK_SAMPLES);
  unfold(channels[channel]);
  hum[channel].voice = rnnoise_process_frame(channels[channel], samples, samples);
  fold(channels[channel]);
  arena_release(mark);
}

static void process_block(float *left, float *right) {
  if (!diverged && !channels_equal(left, right)) {
    copy_channel(channels[1], channels[0]);
    hum[1] = hum[0];
    diverged = 1;
  }
  process_channel(0, left);
  if (diverged) {
    process_channel(1, right);
  } else {
    memcpy(right, left, BLOCK_SAMPLES * sizeof *right);
  }
  mains_turns += parameters[HUM_HZ].value * BLOCK_SAMPLES / MICROPHONE_SAMPLE_RATE_HZ;
  mains_turns -= floor(mains_turns);
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  microphone_initialize();
  blocks_run(&blocks, pcm, samples, process_block);
  return length_bytes;
}
