/* The part of <stdlib.h> that plugins may use: see libc.c. */
#ifndef MICROPHONE_STDLIB_H
#define MICROPHONE_STDLIB_H
#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void free(void *block);

static inline int abs(int x) {
  return x < 0 ? -x : x;
}
#endif
