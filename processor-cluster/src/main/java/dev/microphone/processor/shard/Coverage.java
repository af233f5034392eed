package dev.microphone.processor.shard;

/** How much of a stream need not be sent again. For the shard's thread. */
public interface Coverage {
    /** Of a node where no stream is. */
    Coverage NOTHING = new Coverage() {
        @Override
        public long coveredEpoch(long streamId) {
            return -1;
        }

        @Override
        public long coveredSequence(long streamId) {
            return -1;
        }
    };

    /** The epoch of the last frame that is covered; -1: the stream is not known here. */
    long coveredEpoch(long streamId);

    /** The last sequence of {@link #coveredEpoch} that is covered. */
    long coveredSequence(long streamId);
}
