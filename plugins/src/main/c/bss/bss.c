/*
 * bss: takes two talkers, heard by two microphones (left and right), apart. Nothing needs to be known of the room, the
 * microphones or the talkers: blind source separation, see iva.h, crosstalk.h and wiener.h for methods and papers.
 *
 * Each hop of 1,024 samples takes the spectrum of the last 4,096, learns from it, and adds the separated signals to the
 * output. The delay is one window, whatever the frame length. While both channels are equal there is nothing to
 * separate: the signal is only delayed.
 */
#include <string.h>

#include "microphone_plugin.h"
#include "wiener.h"

#define FULL_SCALE 32768.0f
/* A hop so far below the loudest of late (40 dB) teaches nothing. */
#define SILENCE_BELOW_RECENT 1e-4
/* Mean square of samples of full scale 1: -96 dB, one step of 16 bits. */
#define SILENCE_POWER 2.3e-10
/* The loudest of late falls by 1 % a hop, by half in 1.5 s. */
#define RECENT_DECAY 0.01
/* Powers that tell the dominant talker: averages over 2 s. */
#define DOMINANCE_SHARE (HOP_SAMPLES / (2.0 * MICROPHONE_SAMPLE_RATE_HZ))
/* The other must be twice (3 dB) as strong before he becomes the dominant one. */
#define DOMINANCE_HYSTERESIS 2.0

typedef enum { BOTH, FIRST, SECOND, DOMINANT, OUTPUT_COUNT } Output;
static const char *const output_names[OUTPUT_COUNT] = {"both", "first", "second", "dominant"};
static Output output = BOTH;

static float input[MICROPHONE_CHANNELS][WINDOW_SAMPLES];
/* What overlaps hops to come; its first hop is complete. */
static float overlap[MICROPHONE_CHANNELS][WINDOW_SAMPLES];
static float ready[MICROPHONE_CHANNELS][HOP_SAMPLES];
static int hop_fill;
/* Samples in a row, up to now, in which the channels were equal. */
static int equal_samples;

static double recent_power;
static double talker_powers[2];
static int dominant;

static Complex spectrum[BINS][2];
static Complex talkers[BINS][2];
static int initialized;

MICROPHONE_FRAME_BUFFER

MICROPHONE_EXPORT(reset) void reset(void) {
  memset(input, 0, sizeof input);
  memset(overlap, 0, sizeof overlap);
  memset(ready, 0, sizeof ready);
  hop_fill = 0;
  equal_samples = WINDOW_SAMPLES;
  recent_power = 0;
  talker_powers[0] = talker_powers[1] = 0;
  dominant = 0;
  iva_reset();
  crosstalk_reset();
  wiener_reset();
}

MICROPHONE_EXPORT(_initialize) void microphone_initialize(void) {
  if (initialized) return;
  initialized = 1;
  stft_initialize();
  reset();
}

MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return WINDOW_SAMPLES;
}

static int is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/* 1 when the line is blank or names an output. */
static int read_output(const char *at, const char *end, Output *chosen) {
  static const char key[] = "output";
  while (at < end && is_blank(*at)) at++;
  while (at < end && is_blank(end[-1])) end--;
  if (at == end) return 1;
  size_t key_length = sizeof key - 1;
  if ((size_t)(end - at) < key_length || memcmp(at, key, key_length) != 0) return 0;
  at += key_length;
  while (at < end && is_blank(*at)) at++;
  if (at == end || *at++ != '=') return 0;
  while (at < end && is_blank(*at)) at++;
  for (int i = 0; i < OUTPUT_COUNT; i++) {
    size_t length = strlen(output_names[i]);
    if (length != (size_t)(end - at) || memcmp(at, output_names[i], length) != 0) continue;
    *chosen = (Output)i;
    return 1;
  }
  return 0;
}

MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  if (length_bytes < 0 || length_bytes > MAX_PARAMETERS_TEXT_BYTES) return -1;
  Output chosen = output;
  const char *end = text + length_bytes;
  for (int32_t number = 1; text < end; number++) {
    const char *line_end = text;
    while (line_end < end && *line_end != '\n') line_end++;
    if (!read_output(text, line_end, &chosen)) return -number;
    text = line_end < end ? line_end + 1 : line_end;
  }
  output = chosen;
  return 0;
}

static int is_silence(void) {
  double sum = 0;
  for (int c = 0; c < MICROPHONE_CHANNELS; c++) {
    for (int i = WINDOW_SAMPLES / 2; i < WINDOW_SAMPLES; i++) sum += (double)input[c][i] * input[c][i];
  }
  sum /= MICROPHONE_CHANNELS * WINDOW_SAMPLES / 2;
  recent_power = sum > recent_power ? sum : recent_power + RECENT_DECAY * (sum - recent_power);
  return sum < SILENCE_POWER || sum < SILENCE_BELOW_RECENT * recent_power;
}

static void find_dominant(void) {
  for (int talker = 0; talker < 2; talker++) {
    double sum = 0;
    for (int k = 1; k < SEPARATED_BINS; k++) sum += power(talkers[k][talker]);
    talker_powers[talker] += DOMINANCE_SHARE * (sum - talker_powers[talker]);
  }
  if (talker_powers[!dominant] > DOMINANCE_HYSTERESIS * talker_powers[dominant]) dominant = !dominant;
}

/* One talker on both channels, where that is asked for: before the overlap, which makes a change a smooth one. */
static void choose(void) {
  find_dominant();
  if (output == BOTH) return;
  int chosen = output == DOMINANT ? dominant : output == SECOND;
  for (int k = 0; k < BINS; k++) talkers[k][!chosen] = talkers[k][chosen];
}

static void pass_through(void) {
  for (int i = 0; i < WINDOW_SAMPLES; i++) {
    float weighted = stft_overlap_weight(i) * input[0][i];
    overlap[0][i] += weighted;
    overlap[1][i] += weighted;
  }
}

static void separate_hop(void) {
  int learn = !is_silence();
  for (int c = 0; c < MICROPHONE_CHANNELS; c++) stft_analyse(input[c], c, spectrum);
  if (learn) iva_learn(spectrum);
  crosstalk_hear(spectrum, learn);
  wiener_separate(spectrum, learn, talkers);
  choose();
  for (int c = 0; c < MICROPHONE_CHANNELS; c++) stft_synthesise(talkers, c, overlap[c]);
}

static void process_hop(void) {
  if (equal_samples >= WINDOW_SAMPLES) {
    pass_through();
  } else {
    separate_hop();
  }
  for (int c = 0; c < MICROPHONE_CHANNELS; c++) {
    memcpy(ready[c], overlap[c], sizeof ready[c]);
    memmove(overlap[c], overlap[c] + HOP_SAMPLES, sizeof(float) * (WINDOW_SAMPLES - HOP_SAMPLES));
    memset(overlap[c] + WINDOW_SAMPLES - HOP_SAMPLES, 0, sizeof(float) * HOP_SAMPLES);
    memmove(input[c], input[c] + HOP_SAMPLES, sizeof(float) * (WINDOW_SAMPLES - HOP_SAMPLES));
  }
}

MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  microphone_initialize();
  for (int i = 0; i < samples; i++) {
    int16_t *pair = pcm + MICROPHONE_CHANNELS * i;
    if (pair[0] != pair[1]) {
      equal_samples = 0;
    } else if (equal_samples < WINDOW_SAMPLES) {
      equal_samples++;
    }
    for (int c = 0; c < MICROPHONE_CHANNELS; c++) {
      input[c][WINDOW_SAMPLES - HOP_SAMPLES + hop_fill] = pair[c] / FULL_SCALE;
      pair[c] = to_sample(FULL_SCALE * ready[c][hop_fill]);
    }
    if (++hop_fill == HOP_SAMPLES) {
      process_hop();
      hop_fill = 0;
    }
  }
  return length_bytes;
}
