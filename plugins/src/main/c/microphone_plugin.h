/*
 * Microphone plugin ABI, version 1: the one header a plugin includes. The contract comes first; what helps to keep it
 * comes with the headers named at the end: PCM, parameters, rings and blocks, biquad filters, FFT. None of that has to
 * be used, and what is not used is not in the module.
 *
 * A plugin is one WASM module with no imports. It exports its memory and the functions below. The host calls them from
 * one thread at a time, so a plugin needs no locks and may keep its state in static variables.
 *
 * Canonical audio: 48 kHz, signed 16-bit little-endian, two channels interleaved (left first): 4 bytes a sample pair.
 * A frame is 5, 10 or 20 ms: 240, 480 or 960 sample pairs. A mono microphone arrives as two equal channels.
 *
 * The same source builds natively (gcc, clang): the exports are then ordinary C functions, which is how the tests
 * compare a plugin's WASM with its native twin.
 */
#ifndef MICROPHONE_PLUGIN_H
#define MICROPHONE_PLUGIN_H

#include <stdint.h>

#define MICROPHONE_ABI_VERSION 1
#define MICROPHONE_SAMPLE_RATE_HZ 48000
#define MICROPHONE_CHANNELS 2
#define MICROPHONE_BYTES_PER_SAMPLE_PAIR 4
/* The longest frame is 20 ms (960 sample pairs); batch runs may hand over four at a time. */
#define MICROPHONE_MAX_FRAME_SAMPLES (4 * 960)

#ifdef __wasm__
#define MICROPHONE_EXPORT(name) __attribute__((export_name(#name)))
#else
#define MICROPHONE_EXPORT(name) __attribute__((visibility("default")))
#endif

/* ---- required ---------------------------------------------------------------------------------------------------- */

/*
 * Processes, in place, the `length_bytes` of canonical audio at `pcm`. Returns the bytes left there: a multiple of 4,
 * at most `length_bytes`. Less than 0 is a failure: the host passes the frame through unprocessed.
 */
int32_t process_frame(int16_t *pcm, int32_t length_bytes);

/* ---- optional ---------------------------------------------------------------------------------------------------- */

/* Called once, before all else. (wasm-ld's name for a reactor's constructor; plugins here use it to fill tables.) */
void microphone_initialize(void);

/* The version of this contract that the plugin is written for: MICROPHONE_ABI_VERSION. */
int32_t abi_version(void);

/*
 * Where the host is to put frames of up to `length_bytes`; 0 when the plugin cannot take frames of that length. The
 * host calls it before the first frame and whenever the frame length changes, and asks latency_samples() after it.
 */
int16_t *frame_buffer(int32_t length_bytes);

/*
 * Parameters as UTF-8 lines `key=value`, `\n` between them, the last one may end without it. The bytes at `text` belong
 * to the plugin only during the call. Returns 0, or -n when line n (from 1) has an unknown key or a value that is not
 * allowed; nothing of the call is applied then. May be called again at any time between two frames.
 */
int32_t configure(const char *text, int32_t length_bytes);

/* Forgets all audio heard so far, keeps the parameters. */
void reset(void);

/* The far-end signal (what the loudspeaker plays), same layout and length as the frame that follows. */
int32_t process_reference(const int16_t *pcm, int32_t length_bytes);

/* How many sample pairs the output lags the input by, for the frame length last named to frame_buffer(). */
int32_t latency_samples(void);

/*
 * The global `__stack_pointer`, a mutable i32, as wasm-ld has it (--stack-first --export=__stack_pointer; the build here
 * does so). A module that exports it says what of its memory is dead between two calls, so that the host keeps less of
 * it: all below the pointer, where there is nothing but the stack, and the frame's place, as long as the frames last
 * handed over. Neither is in a snapshot; where one is restored they hold what they held in a fresh instance.
 */

/* ---- what helps to write one ------------------------------------------------------------------------------------- */

#include "microphone_biquad.h"
#include "microphone_dynamics.h"
#include "microphone_fft.h"
#include "microphone_parameters.h"
#include "microphone_pcm.h"
#include "microphone_ring.h"

#endif
