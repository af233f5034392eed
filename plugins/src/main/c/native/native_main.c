/*
 * Runs a plugin's source, compiled natively, over a file: the reference that its WASM is compared with.
 *
 *   native_main FRAME_BYTES PARAMETERS IN OUT REPETITIONS [FAR]
 *
 * IN and OUT are raw canonical audio (48 kHz, s16le, stereo); what is left of IN after the last whole frame is dropped.
 * FAR, as long as IN, is what the loudspeaker plays. The output of the first run is written. Prints one line: frames, latency in samples, and the CPU time of a frame in
 * microseconds in the fastest and the median run.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "microphone_plugin.h"

/* Only some plugins have it. */
__attribute__((weak)) int32_t process_reference(const int16_t *pcm, int32_t length_bytes);

static void fail(const char *what, const char *value) {
  fprintf(stderr, "native_main: %s: %s\n", what, value);
  exit(1);
}

static double cpu_time_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static int by_value(const void *left, const void *right) {
  double a = *(const double *)left;
  double b = *(const double *)right;
  return (a > b) - (a < b);
}

static char *read_all(const char *path, long *length) {
  FILE *file = fopen(path, "rb");
  if (!file) fail("cannot open", path);
  fseek(file, 0, SEEK_END);
  *length = ftell(file);
  rewind(file);
  char *bytes = malloc(*length + 1);
  if (!bytes || fread(bytes, 1, *length, file) != (size_t)*length) fail("cannot read", path);
  fclose(file);
  return bytes;
}

int main(int argc, char **argv) {
  if (argc != 6 && argc != 7) fail("usage", "native_main FRAME_BYTES PARAMETERS IN OUT REPETITIONS [FAR]");
  int frame_bytes = atoi(argv[1]);
  int repetitions = atoi(argv[5]);
  if (frame_bytes <= 0 || repetitions <= 0) fail("not positive", frame_bytes <= 0 ? argv[1] : argv[5]);
  long length;
  char *input = read_all(argv[3], &length);
  long far_length = length;
  char *far = argc == 7 ? read_all(argv[6], &far_length) : NULL;
  if (far_length != length) fail("not as long as the input", argv[6]);
  if (far && !process_reference) fail("takes no far end", argv[6]);
  long frames = length / frame_bytes;
  char *output = malloc(frames * frame_bytes + 1);
  double *times = malloc(sizeof(double) * repetitions);
  if (!output || !times || frames == 0) fail("too short or too long", argv[3]);

  microphone_initialize();
  if (configure(argv[2], (int32_t)strlen(argv[2])) != 0) fail("parameters refused", argv[2]);
  int16_t *frame = frame_buffer(frame_bytes);
  if (!frame) fail("frame length refused", argv[1]);
  for (int run = 0; run < repetitions; run++) {
    reset();
    double start = cpu_time_us();
    for (long i = 0; i < frames; i++) {
      if (far) {
        memcpy(frame, far + i * frame_bytes, frame_bytes);
        process_reference(frame, frame_bytes);
      }
      memcpy(frame, input + i * frame_bytes, frame_bytes);
      if (process_frame(frame, frame_bytes) != frame_bytes) fail("process_frame failed", argv[3]);
      memcpy(output + i * frame_bytes, frame, frame_bytes);
    }
    times[run] = (cpu_time_us() - start) / frames;
    if (run > 0) continue;
    FILE *file = fopen(argv[4], "wb");
    if (!file || fwrite(output, frame_bytes, frames, file) != (size_t)frames || fclose(file)) fail("cannot write", argv[4]);
  }
  qsort(times, repetitions, sizeof *times, by_value);
  printf("%ld %d %.3f %.3f\n", frames, latency_samples(), times[0], times[repetitions / 2]);
  return 0;
}
