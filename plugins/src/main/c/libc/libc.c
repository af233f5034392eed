/*
 * The few functions of the C library that plugins need. A plugin links no libc, so a C compiler and this folder are all
 * it takes to build one. Compiled with -fno-builtin, so that no loop here is turned into a call of itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "microphone_arena.h"

#ifndef MICROPHONE_ARENA_BYTES
#define MICROPHONE_ARENA_BYTES 65536
#endif

#define ALIGNMENT 16

static _Alignas(ALIGNMENT) unsigned char first_block[MICROPHONE_ARENA_BYTES];
static unsigned char *arena = first_block;
static size_t arena_size = sizeof first_block;
static size_t arena_used;

void arena_use(void *block, size_t bytes) {
  size_t skipped = -(uintptr_t)block & (ALIGNMENT - 1);
  if (skipped > bytes) __builtin_trap();
  arena = (unsigned char *)block + skipped;
  arena_size = bytes - skipped;
  arena_used = 0;
}

size_t arena_mark(void) {
  return arena_used;
}

void arena_release(size_t mark) {
  memset(arena + mark, 0, arena_used - mark);
  arena_used = mark;
}

void *malloc(size_t size) {
  size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  /* Address 0 is valid memory in WASM, so a NULL would be written to without a trace: stop here instead. */
  if (rounded < size || rounded > arena_size - arena_used) __builtin_trap();
  void *block = arena + arena_used;
  arena_used += rounded;
  return block;
}

void *calloc(size_t count, size_t size) {
  size_t total;
  if (__builtin_mul_overflow(count, size, &total)) __builtin_trap();
  return memset(malloc(total), 0, total);
}

void free(void *block) {
  (void)block;
}

/* With bulk memory these three are one instruction each, which the JVM runs as System.arraycopy and Arrays.fill. */
void *memcpy(void *restrict target, const void *restrict source, size_t length) {
  return __builtin_memcpy(target, source, length);
}

void *memmove(void *target, const void *source, size_t length) {
  return __builtin_memmove(target, source, length);
}

void *memset(void *target, int value, size_t length) {
  return __builtin_memset(target, value, length);
}

int memcmp(const void *left, const void *right, size_t length) {
  const unsigned char *a = left;
  const unsigned char *b = right;
  for (size_t i = 0; i < length; i++) {
    if (a[i] != b[i]) return a[i] - b[i];
  }
  return 0;
}

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}
