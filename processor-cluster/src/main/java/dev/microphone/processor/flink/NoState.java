package dev.microphone.processor.flink;

/** The source's enumerator has none. */
enum NoState {
    INSTANCE
}
