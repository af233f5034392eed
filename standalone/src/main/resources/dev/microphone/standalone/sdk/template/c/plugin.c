/*
 * @NAME@: lets the volume waver (a tremolo). Change it to what you need.
 *
 * Build it:      microphone plugins build @NAME@.c
 * Hear it live:  microphone run --source tone: --chain "./@NAME@.wasm(hz=3)"     and open the address it prints
 * Measure it:    microphone plugins bench @NAME@.wasm
 */
#include "microphone_plugin.h"

/*
 * Parameters: name, least, greatest, and the value when the chain names none. "./@NAME@.wasm(hz=8)" sets one. The host
 * hands them over as text; read_parameters() refuses what is misspelt or out of range, so that a typing error shows at
 * once and is not heard as silence.
 */
enum { HZ, PARAMETER_COUNT };
static Parameter parameters[PARAMETER_COUNT] = {{"hz", 0.1, 20, 4}};

/*
 * State lives in static variables: each stream has an instance of its own, with its own memory. The host may copy that
 * memory between two frames and go on with it elsewhere, so keep everything here and nothing anywhere else.
 */
static double turn; /* where in its cycle the waver is, 0 to 1 */

/* The buffer in which the host puts each frame, and the version of the contract this is written for. */
MICROPHONE_FRAME_BUFFER

MICROPHONE_EXPORT(configure) int32_t configure(const char *text, int32_t length_bytes) {
  return read_parameters(text, length_bytes, parameters, PARAMETER_COUNT);
}

/* Forget all audio heard so far, keep the parameters. */
MICROPHONE_EXPORT(reset) void reset(void) {
  turn = 0;
}

/* How many samples the output lies behind the input. This plugin looks at one sample at a time: 0. */
MICROPHONE_EXPORT(latency_samples) int32_t latency_samples(void) {
  return 0;
}

/*
 * The work: one frame, in place. `pcm` holds pairs of samples, left and right, 48,000 pairs a second; a frame is 240,
 * 480 or 960 of them. There are 5 ms of time for it, of which 20 microseconds should do: other plugins follow.
 * Whatever goes wrong here (an endless loop, an array's end) costs this frame's effect, never the stream.
 */
MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
  int samples = sample_pairs(length_bytes);
  if (samples < 0) return -1;
  double step = parameters[HZ].value / MICROPHONE_SAMPLE_RATE_HZ;
  for (int i = 0; i < samples; i++) {
    double gain = 0.55 + 0.45 * cos(2 * M_PI * turn); /* between 0.1 and 1: never louder than it came */
    pcm[2 * i] = to_sample(gain * pcm[2 * i]);         /* rounds, and holds at full scale: never wraps round */
    pcm[2 * i + 1] = to_sample(gain * pcm[2 * i + 1]);
    turn += step;
    if (turn >= 1) turn -= 1;
  }
  return length_bytes;
}
