/*
 * Glue between the plugin ABI and WebRTC's echo canceller AEC3, whose source is fetched at build time and stays as it
 * is.
 *
 * AEC3 takes blocks of 10 ms. Frames that are no whole number of blocks (5 ms) pass through a queue that starts with
 * just enough zeros never to run empty. The far end is one channel, the mean of the reference's two. Equal near-end
 * channels are one channel's work, copied; at the first block in which they differ a second canceller starts for the
 * right one.
 *
 * With no far end for HOLD_BLOCKS there is no echo left: the cancellers rest, and the near end passes with the delay
 * that it would have had, faded over one block each way.
 */
#include <string.h>

#include <memory>

#include "api/audio/echo_canceller3_config.h"
#include "modules/audio_processing/aec3/echo_canceller3.h"
#include "modules/audio_processing/audio_buffer.h"
#include "modules/audio_processing/high_pass_filter.h"

extern "C" {
#include "microphone_parameters.h"
#include "microphone_plugin.h"
}

extern "C" {
MICROPHONE_FRAME_BUFFER
}

#define EXPORTED(name) extern "C" MICROPHONE_EXPORT(name)

#ifdef __wasm__
extern "C" void __wasm_call_ctors(void);
#endif

namespace {

constexpr int kBlockSamples = 480;
/* One second without a far end: longer than any echo path here (delay and reverberation). */
constexpr int kHoldBlocks = 100;
/*
 * How late the microphone is made, in samples at 16 kHz: 2 ms. The search for the delay believes no lag of less than
 * three of its own samples (1.5 ms), so an echo that is as early as the far end would never be found.
 */
#ifdef MICROPHONE_UPSTREAM_AEC3
constexpr int kHeadStartSamples = 0;
#else
constexpr int kHeadStartSamples = 32;
#endif
/* Of AEC3's band split and its blocks of 64 samples at 16 kHz, measured and held by a test, and of the head start. */
constexpr int kDelaySamples = 430 + 3 * kHeadStartSamples;

enum { HIGHPASS, DELAY_MS, PARAMETERS };
Parameter parameters[PARAMETERS] = {{"highpass", 0, 1, 1}, {"delay_ms", 0, 500, 0}};

webrtc::EchoCanceller3Config Configuration() {
  webrtc::EchoCanceller3Config config;
#ifndef MICROPHONE_UPSTREAM_AEC3
  /* The search for the delay at 2 kHz instead of 4: a quarter of its work, over the same 416 ms. */
  config.delay.down_sampling_factor = 8;
  config.delay.num_filters = 4;
  /* Until a delay is found the filter starts at none, not at upstream's 20 ms: what is earlier would be out of reach. */
  config.delay.default_delay = 0;
  config.delay.fixed_capture_delay_samples = kHeadStartSamples;
#endif
  return config;
}

struct Buffer : webrtc::AudioBuffer {
  Buffer() : AudioBuffer(MICROPHONE_SAMPLE_RATE_HZ, 1, MICROPHONE_SAMPLE_RATE_HZ, 1, MICROPHONE_SAMPLE_RATE_HZ, 1) {}
};

class Canceller {
 public:
  Canceller() : canceller_(Configuration(), absl::nullopt, MICROPHONE_SAMPLE_RATE_HZ, 1, 1), high_pass_(16000, 1) {
    if (parameters[DELAY_MS].value > 0) canceller_.SetAudioBufferDelay(static_cast<int>(parameters[DELAY_MS].value));
  }

  void Process(Buffer *far, float *block) {
    canceller_.AnalyzeRender(far);
    memcpy(near_.channels()[0], block, kBlockSamples * sizeof *block);
    canceller_.AnalyzeCapture(&near_);
    near_.SplitIntoFrequencyBands();
    if (parameters[HIGHPASS].value >= 0.5) high_pass_.Process(&near_, true);
    canceller_.ProcessCapture(&near_, false);
    near_.MergeFrequencyBands();
    memcpy(block, near_.channels()[0], kBlockSamples * sizeof *block);
  }

 private:
  webrtc::EchoCanceller3 canceller_;
  webrtc::HighPassFilter high_pass_;
  Buffer near_;
};

std::unique_ptr<Canceller> cancellers[MICROPHONE_CHANNELS];
std::unique_ptr<Buffer> far_buffer;

/* What is on the way past the cancellers, and room for a block. */
float past[MICROPHONE_CHANNELS][kDelaySamples + kBlockSamples];

/* Blocks since the far end was last heard; at kHoldBlocks the cancellers rest. */
int quiet_blocks = kHoldBlocks;
/* Whether the block before came from the cancellers. */
bool was_active;

BLOCKS(blocks, kBlockSamples);
/* The far end of the near end in `blocks`, sample for sample: what is missing is silence. */
RING(far_end, float, kBlockSamples + MICROPHONE_MAX_FRAME_SAMPLES);
/* The far end of the frame to come. */
float reference[MICROPHONE_MAX_FRAME_SAMPLES];
int reference_samples;

void StartCancellers() {
  for (auto &canceller : cancellers) canceller.reset();
  cancellers[0] = std::make_unique<Canceller>();
}

/* What the block would be had no canceller touched it: as late as theirs. */
void Delay(int channel, const float *block, float *delayed) {
  float *line = past[channel];
  memcpy(line + kDelaySamples, block, kBlockSamples * sizeof *block);
  memcpy(delayed, line, kBlockSamples * sizeof *block);
  memmove(line, line + kBlockSamples, kDelaySamples * sizeof *block);
}

/* Replaces the block by what the canceller makes of it, or by `delayed`, or by a fade between them. */
void ProcessChannel(int channel, bool active, const float *delayed, float *block) {
  if (!active && !was_active) {
    memcpy(block, delayed, kBlockSamples * sizeof *block);
    return;
  }
  cancellers[channel]->Process(far_buffer.get(), block);
  if (active && was_active) return;
  for (int i = 0; i < kBlockSamples; i++) {
    float share = (i + .5f) / kBlockSamples;
    if (!active) share = 1 - share;
    block[i] = delayed[i] + share * (block[i] - delayed[i]);
  }
}

void ProcessBlock(float *left, float *right) {
  float *far = far_buffer->channels()[0];
  ring_read(&far_end, far, kBlockSamples);
  bool heard = false;
  for (int i = 0; i < kBlockSamples; i++) heard |= far[i] != 0;
  quiet_blocks = heard ? 0 : quiet_blocks < kHoldBlocks ? quiet_blocks + 1 : kHoldBlocks;
  bool active = quiet_blocks < kHoldBlocks;
  if (!cancellers[1] && memcmp(left, right, kBlockSamples * sizeof *left) != 0) {
    memcpy(past[1], past[0], sizeof past[0]);
    cancellers[1] = std::make_unique<Canceller>();
  }
  if (active || was_active) far_buffer->SplitIntoFrequencyBands();
  float delayed[kBlockSamples];
  bool parted = cancellers[1] != nullptr;
  Delay(0, left, delayed);
  ProcessChannel(0, active, delayed, left);
  if (parted) {
    Delay(1, right, delayed);
    ProcessChannel(1, active, delayed, right);
  } else {
    memcpy(right, left, kBlockSamples * sizeof *left);
  }
  was_active = active;
}

}  // namespace

EXPORTED(_initialize) void microphone_initialize(void) {
  if (far_buffer) return;
#ifdef __wasm__
  __wasm_call_ctors();
#endif
  far_buffer = std::make_unique<Buffer>();
  StartCancellers();
}

EXPORTED(reset) void reset(void) {
  microphone_initialize();
  far_buffer = std::make_unique<Buffer>();
  StartCancellers();
  memset(past, 0, sizeof past);
  blocks_clear(&blocks);
  ring_clear(&far_end);
  quiet_blocks = kHoldBlocks;
  was_active = false;
  reference_samples = 0;
}

EXPORTED(latency_samples) int32_t latency_samples(void) {
  return kDelaySamples + blocks_latency(&blocks, announced_samples);
}

EXPORTED(configure) int32_t configure(const char *text, int32_t length_bytes) {
  double delay_ms = parameters[DELAY_MS].value;
  int32_t result = read_parameters(text, length_bytes, parameters, PARAMETERS);
  if (result == 0 && far_buffer && parameters[DELAY_MS].value != delay_ms) StartCancellers();
  return result;
}

EXPORTED(process_reference) int32_t process_reference(const int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0 || samples > MICROPHONE_MAX_FRAME_SAMPLES) return -1;
  for (int i = 0; i < samples; i++) reference[i] = .5f * (pcm[2 * i] + pcm[2 * i + 1]);
  reference_samples = samples;
  return length_bytes;
}

EXPORTED(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0 || samples > MICROPHONE_MAX_FRAME_SAMPLES) return -1;
  for (int i = reference_samples; i < samples; i++) reference[i] = 0;
  ring_write(&far_end, reference, samples);
  reference_samples = 0;
  blocks_run(&blocks, pcm, samples, ProcessBlock);
  return length_bytes;
}
