/* The part of <string.h> that plugins may use: see libc.c. */
#ifndef MICROPHONE_STRING_H
#define MICROPHONE_STRING_H
#include <stddef.h>

void *memcpy(void *restrict target, const void *restrict source, size_t length);
void *memmove(void *target, const void *source, size_t length);
void *memset(void *target, int value, size_t length);
int memcmp(const void *left, const void *right, size_t length);
size_t strlen(const char *text);
#endif
