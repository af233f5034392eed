package dev.microphone.processor.shard;

/** How much of a stream need not be sent again. For the shard's thread. */
public interface Coverage {
    /** The epoch of the last frame that is covered; -1: the stream is not known here. */
    long coveredEpoch(long streamId);

    /** The last sequence of {@link #coveredEpoch} that is covered. */
    long coveredSequence(long streamId);
}
