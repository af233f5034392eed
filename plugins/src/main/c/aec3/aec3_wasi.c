/*
 * What wasi-libc expects from outside. Its way out of the module is closed: a plugin imports nothing. Upstream prints only before it aborts, so every
 * call answers "bad file descriptor" (8 in WASI preview 1), and leaving the process is a trap.
 */
#ifdef __wasm__
#include <stdint.h>

#define WASI_BADF 8

int32_t __imported_wasi_snapshot_preview1_fd_close(int32_t descriptor) {
  (void)descriptor;
  return WASI_BADF;
}

int32_t __imported_wasi_snapshot_preview1_fd_fdstat_get(int32_t descriptor, int32_t status) {
  (void)descriptor;
  (void)status;
  return WASI_BADF;
}

int32_t __imported_wasi_snapshot_preview1_fd_seek(int32_t descriptor, int64_t offset, int32_t whence, int32_t size) {
  (void)descriptor;
  (void)offset;
  (void)whence;
  (void)size;
  return WASI_BADF;
}

int32_t __imported_wasi_snapshot_preview1_fd_write(int32_t descriptor, int32_t parts, int32_t count, int32_t size) {
  (void)descriptor;
  (void)parts;
  (void)count;
  (void)size;
  return WASI_BADF;
}

_Noreturn void __imported_wasi_snapshot_preview1_proc_exit(int32_t code) {
  (void)code;
  __builtin_trap();
}

/* The compiler's own helper for products of 128 bits, which wasi-libc's number reader names: schoolbook, by halves. */
__int128 __multi3(__int128 left, __int128 right) {
  uint64_t a = (uint64_t)left;
  uint64_t b = (uint64_t)right;
  uint64_t low = (a & 0xffffffff) * (b & 0xffffffff);
  uint64_t middle = (a >> 32) * (b & 0xffffffff) + (low >> 32);
  uint64_t middle_low = (middle & 0xffffffff) + (a & 0xffffffff) * (b >> 32);
  uint64_t high = (a >> 32) * (b >> 32) + (middle >> 32) + (middle_low >> 32);
  high += a * (uint64_t)(right >> 64) + (uint64_t)(left >> 64) * b;
  return (__int128)(((unsigned __int128)high << 64) | (middle_low << 32) | (low & 0xffffffff));
}
#else
typedef int aec3_wasi_is_for_wasm_only;
#endif
