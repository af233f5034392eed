/* A plugin has no files. The type exists so that a library's header which only mentions it compiles. */
#ifndef MICROPHONE_STDIO_H
#define MICROPHONE_STDIO_H
typedef struct FILE FILE;
#endif
