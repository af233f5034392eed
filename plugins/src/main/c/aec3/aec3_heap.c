/*
 * Memory for C++'s new and delete: first fit in a list of free blocks by address, neighbours joined. It is asked at the
 * start and when a canceller comes or goes, hardly ever between. wasi-libc's own allocator has a function longer than
 * the JVM compiles.
 *
 * The heap is what the module's memory holds beyond its data; it does not grow. When it is full the module traps.
 */
#ifdef __wasm__
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Ahead of each block; multiples of 16, so that what follows is aligned to 16 bytes. */
typedef struct Block {
  size_t bytes; /* with this header */
  struct Block *next;
  size_t padding[2];
} Block;

extern unsigned char __heap_base;

static Block *first_free;
static int started;

static void start(void) {
  uintptr_t begin = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
  uintptr_t end = (uintptr_t)__builtin_wasm_memory_size(0) << 16;
  started = 1;
  if (end < begin + sizeof(Block)) __builtin_trap();
  first_free = (Block *)begin;
  first_free->bytes = end - begin;
  first_free->next = NULL;
}

void *malloc(size_t bytes) {
  if (!started) start();
  if (bytes > SIZE_MAX / 2) __builtin_trap();
  size_t wanted = (bytes + sizeof(Block) + 15) & ~(size_t)15;
  Block **link = &first_free;
  while (*link && (*link)->bytes < wanted) link = &(*link)->next;
  Block *block = *link;
  if (!block) __builtin_trap();
  if (block->bytes - wanted > sizeof(Block)) {
    Block *rest = (Block *)((char *)block + wanted);
    rest->bytes = block->bytes - wanted;
    rest->next = block->next;
    block->bytes = wanted;
    *link = rest;
  } else {
    *link = block->next;
  }
  return block + 1;
}

static void join(Block *block) {
  Block *next = block->next;
  if (!next || (char *)block + block->bytes != (char *)next) return;
  block->bytes += next->bytes;
  block->next = next->next;
}

void free(void *memory) {
  if (!memory) return;
  Block *block = (Block *)memory - 1;
  Block *before = NULL;
  Block *after = first_free;
  while (after && after < block) {
    before = after;
    after = after->next;
  }
  block->next = after;
  /* A later snapshot need not carry what was in it. */
  memset(memory, 0, block->bytes - sizeof(Block));
  join(block);
  if (before) {
    before->next = block;
    join(before);
  } else {
    first_free = block;
  }
}

void *calloc(size_t count, size_t bytes) {
  size_t all;
  if (__builtin_mul_overflow(count, bytes, &all)) __builtin_trap();
  return memset(malloc(all), 0, all);
}

void *realloc(void *memory, size_t bytes) {
  void *moved = malloc(bytes);
  if (!memory) return moved;
  size_t held = ((Block *)memory - 1)->bytes - sizeof(Block);
  memcpy(moved, memory, held < bytes ? held : bytes);
  free(memory);
  return moved;
}

/* Nothing here asks for more than 16; that the names stand here keeps wasi-libc's allocator out. */
void *aligned_alloc(size_t alignment, size_t bytes) {
  if (alignment > 16) __builtin_trap();
  return malloc(bytes);
}

int posix_memalign(void **memory, size_t alignment, size_t bytes) {
  *memory = aligned_alloc(alignment, bytes);
  return 0;
}

/* A module has no end at which something could be undone. */
int __cxa_atexit(void (*function)(void *), void *argument, void *module) {
  (void)function;
  (void)argument;
  (void)module;
  return 0;
}

/* Where the C library would print and leave. */
_Noreturn void abort(void) { __builtin_trap(); }
#else
typedef int aec3_heap_is_for_wasm_only;
#endif
