/*
 * denoise: takes steady noise from speech, by statistics alone. Windows of 20 ms every 5 ms; in each bin a gain that
 * follows from how far the power stands above the noise's.
 *
 *   The noise:  minimum statistics, see noise_tracker.c.
 *   The gain:   Y. Ephraim, D. Malah, "Speech enhancement using a minimum mean-square error log-spectral amplitude
 *               estimator", IEEE Trans. ASSP 33(2), 1985 (MMSE-LSA), with the a-priori SNR "decision-directed" as in
 *               their paper of 1984 (ASSP 32(6), eq. 51), which is what keeps the rest of the noise from twittering
 *               (O. Cappe, "Elimination of the musical noise phenomenon", IEEE Trans. SAP 2(2), 1994).
 *   The floor:  a gain is at least -`range` dB, so that what is left of the noise sounds like it, and quieter.
 *
 * Both channels get the same gains, from the mean of their powers: what stands left stays left. While they are equal one
 * transform serves both. A block is 240 samples, so frames of 5, 10 and 20 ms need no queue; the delay is the window less
 * a block, 720 samples.
 */
#include "microphone_plugin.h"
#include "noise_tracker.h"

#define WINDOW_SAMPLES 960
#define BLOCK_SAMPLES 240
#define OVERLAP_SAMPLES (WINDOW_SAMPLES - BLOCK_SAMPLES)
#define BLOCKS_IN_WINDOW (WINDOW_SAMPLES / BLOCK_SAMPLES)

/* Far less than the rounding to 16 bits leaves in a bin (40), and no division by 0. */
#define LEAST_POWER 1.0f
/* 0.98 at the paper's 8 ms is 0.9875 at 5 ms; a little more is worth 2 dB of noise and a quarter of its twitter. */
#define DECISION_WEIGHT 0.99f
/*
 * The least a-priori SNR is the one at which a bin as loud as the noise gets the least gain: for small SNR the gain is
 * 0.749 sqrt(prior / posterior). Less than -30 dB, and a bin that only noise was in takes too long to open.
 */
#define PRIOR_OF_GAIN (1 / (0.749f * 0.749f))
#define LEAST_PRIOR_SNR 0.001f

enum { RANGE_DB, PARAMETER_COUNT };
/* 22 dB: a fan is gone, a pause is no hole, and what is left is as even as it was. */
static Parameter parameters[PARAMETER_COUNT] = {{"range", 0, 40, 22}};

static RealFft fft;
static float fft_memory[REAL_FFT_FLOATS(WINDOW_SAMPLES)];
static float window[WINDOW_SAMPLES];
static float least_gain;
static float least_prior;

static float heard[MICROPHONE_CHANNELS][WINDOW_SAMPLES];
static float made[MICROPHONE_CHANNELS][WINDOW_SAMPLES];
static float spectra[MICROPHONE_CHANNELS][REAL_FFT_SPECTRUM_FLOATS(WINDOW_SAMPLES)];
static float power[BINS];
static float speech_power[BINS];
static int equal_blocks;
static int sounding_blocks;
static int odd_block;

BLOCKS(blocks, BLOCK_SAMPLES);
MICROPHONE_FRAME_BUFFER

/* ---- exp(E1(v) / 2), by table ------------------------------------------------------------------------------------ */

/* v from 2^-14 to 2^5, 16 entries an octave: a straight line between two is right to 0.05 %. Beyond 32 it is 1. */
#define TABLE_STEPS 16
#define TABLE_LOWEST_EXPONENT (-14)
#define TABLE_ENTRIES (19 * TABLE_STEPS + 1)
#define STEP_BITS 19

static float lsa_table[TABLE_ENTRIES];

/* M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions", 1964: series 5.1.11 and continued fraction 5.1.22. */
static double exponential_integral(double v) {
  if (v <= 1) {
    double sum = -0.57721566490153286061 - log(v);
    double term = 1;
    for (int n = 1; n < 20; n++) {
      term *= -v / n;
      sum -= term / n;
    }
    return sum;
  }
  double fraction = 0;
  for (int n = 60; n > 0; n--) fraction = n / (1 + n / (v + fraction));
  return exp(-v) / (v + fraction);
}

static void fill_table(void) {
  for (int i = 0; i < TABLE_ENTRIES; i++) {
    double v = 1.0 + (i % TABLE_STEPS) / (double)TABLE_STEPS;
    for (int e = TABLE_LOWEST_EXPONENT + i / TABLE_STEPS; e != 0; e += e < 0 ? 1 : -1) v *= e < 0 ? 0.5 : 2;
    lsa_table[i] = (float)exp(exponential_integral(v) / 2);
  }
}

/* A float's bits, read as an integer, count in equal parts of octaves. */
static inline float lsa_factor(float v) {
  int32_t bits;
  if (v >= 32) return 1;
  memcpy(&bits, &v, sizeof bits);
  bits -= (127 + TABLE_LOWEST_EXPONENT) << 23;
  if (bits < 0) bits = 0;
  int index = bits >> STEP_BITS;
  float part = (float)(bits & ((1 << STEP_BITS) - 1)) * (1.0f / (1 << STEP_BITS));
  return lsa_table[index] + part * (lsa_table[index + 1] - lsa_table[index]);
}

/* ---- a block ----------------------------------------------------------------------------------------------------- */

static void hear(int channel, const float *block) {
  float *samples = heard[channel];
  memmove(samples, samples + BLOCK_SAMPLES, OVERLAP_SAMPLES * sizeof *samples);
  memcpy(samples + OVERLAP_SAMPLES, block, BLOCK_SAMPLES * sizeof *samples);
}

static void analyse(int channel) {
  float *spectrum = spectra[channel];
  for (int n = 0; n < WINDOW_SAMPLES; n++) spectrum[n] = window[n] * heard[channel][n];
  real_fft_forward(&fft, spectrum, spectrum);
}

static void measure(int channels) {
  const float *left = spectra[0];
  const float *right = spectra[channels - 1];
  for (int k = 0; k < BINS; k++) {
    float of_left = left[2 * k] * left[2 * k] + left[2 * k + 1] * left[2 * k + 1];
    float of_right = right[2 * k] * right[2 * k] + right[2 * k + 1] * right[2 * k + 1];
    power[k] = LEAST_POWER + 0.5f * (of_left + of_right);
  }
}

/* Leaves each bin's gain in `power`. */
static void decide(void) {
  for (int k = 0; k < BINS; k++) {
    float per_noise = 1 / noise_power[k];
    float posterior = power[k] * per_noise;
    float excess = posterior > 1 ? posterior - 1 : 0;
    float prior = DECISION_WEIGHT * speech_power[k] * per_noise + (1 - DECISION_WEIGHT) * excess;
    if (prior < least_prior) prior = least_prior;
    float wiener = prior / (1 + prior);
    float gain = wiener * lsa_factor(wiener * posterior);
    if (gain > 1) gain = 1;
    speech_power[k] = gain * gain * power[k];
    power[k] = gain > least_gain ? gain : least_gain;
  }
}

static void apply(int channel) {
  float *spectrum = spectra[channel];
  for (int k = 0; k < BINS; k++) {
    spectrum[2 * k] *= power[k];
    spectrum[2 * k + 1] *= power[k];
  }
  real_fft_inverse(&fft, spectrum, spectrum);
}

/* The window twice, and four windows at a time: the sum of their squares is 2. */
static void add(int channel, const float *samples) {
  float *sum = made[channel];
  for (int n = 0; n < OVERLAP_SAMPLES; n++) sum[n] = sum[n + BLOCK_SAMPLES] + 0.5f * window[n] * samples[n];
  for (int n = OVERLAP_SAMPLES; n < WINDOW_SAMPLES; n++) sum[n] = 0.5f * window[n] * samples[n];
}

static void listen(const float *left, const float *right) {
  float difference = 0;
  float sound = 0;
  for (int n = 0; n < BLOCK_SAMPLES; n++) {
    difference += fabsf(left[n] - right[n]);
    sound += fabsf(left[n]) + fabsf(right[n]);
  }
  equal_blocks = difference > 0 ? 0 : equal_blocks < BLOCKS_IN_WINDOW ? equal_blocks + 1 : BLOCKS_IN_WINDOW;
  sounding_blocks = sound > 0 ? (sounding_blocks < BLOCKS_IN_WINDOW ? sounding_blocks + 1 : BLOCKS_IN_WINDOW) : 0;
}

static void process_block(float *left, float *right) {
  listen(left, right);
  hear(0, left);
  hear(1, right);
  int channels = equal_blocks == BLOCKS_IN_WINDOW ? 1 : 2;
  for (int c = 0; c < channels; c++) analyse(c);
  measure(channels);
  odd_block = !odd_block;
  /* A window with digital silence in it says nothing of the noise. */
  if (odd_block && sounding_blocks == BLOCKS_IN_WINDOW) noise_tracker_hear(power);
  decide();
  for (int c = 0; c < channels; c++) apply(c);
  add(0, spectra[0]);
  add(1, spectra[channels - 1]);
  memcpy(left, made[0], BLOCK_SAMPLES * sizeof *left);
  memcpy(right, made[1], BLOCK_SAMPLES * sizeof *right);
}

/* ---- exports ----------------------------------------------------------------------------------------------------- */

static void prepare(void) {
  least_gain = (float)gain_of_db(-parameters[RANGE_DB].value);
  least_prior = PRIOR_OF_GAIN * least_gain * least_gain;
  if (least_prior < LEAST_PRIOR_SNR) least_prior = LEAST_PRIOR_SNR;
}

MICROPHONE_EXPORT(reset) void reset(void) {
  noise_tracker_reset();
  for (int k = 0; k < BINS; k++) noise_power[k] = LEAST_POWER;
  memset(heard, 0, sizeof heard);
  memset(made, 0, sizeof made);
  memset(speech_power, 0, sizeof speech_power);
  equal_blocks = 0;
  sounding_blocks = 0;
  odd_block = 0;
  blocks_clear(&blocks);
}

MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {
  if (fft.size) return;
  real_fft_prepare(&fft, WINDOW_SAMPLES, fft_memory);
  root_hann_window(window, WINDOW_SAMPLES);
  fill_table();
  prepare();
  reset();
}

/* A changed range takes effect with the next window, which fades in over 20 ms. */
MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  int32_t refused = read_parameters(text, length_bytes, parameters, PARAMETER_COUNT);
  if (refused == 0) prepare();
  return refused;
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return OVERLAP_SAMPLES + blocks_latency(&blocks, announced_samples);
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  microphone_initialize();
  blocks_run(&blocks, pcm, samples, process_block);
  return length_bytes;
}
