package dev.microphone.processor.flink;

/** Tells agents what they need not keep. */
@FunctionalInterface
interface Acknowledgements {
    void acknowledge(long streamId, long epoch, long coveredSequence);
}
