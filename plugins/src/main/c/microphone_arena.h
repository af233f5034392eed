/*
 * Memory of a plugin that calls malloc(). It is handed out upwards from one static block, and free() does nothing:
 * what a frame allocates is given back at once by releasing the arena to where it stood before the frame. So a frame
 * costs no bookkeeping and a plugin's memory has a fixed size, which the host can snapshot.
 *
 * Natively malloc() and free() are the C library's, and these do nothing.
 */
#ifndef MICROPHONE_ARENA_H
#define MICROPHONE_ARENA_H
#include <stddef.h>

#ifdef __wasm__
size_t arena_mark(void);
/* What it gives back is zeros then, which a snapshot need not carry where they were zeros at the start. */
void arena_release(size_t mark);
/* What is allocated from now on lies in this block, aligned to 16 bytes; marks of before are void. */
void arena_use(void *block, size_t bytes);
#else
static inline size_t arena_mark(void) {
  return 0;
}
static inline void arena_release(size_t mark) {
  (void)mark;
}
static inline void arena_use(void *block, size_t bytes) {
  (void)block;
  (void)bytes;
}
#endif

#endif
