package dev.microphone.transport.link;

/** What nodes tell an agent. On the thread that polls. */
public interface AnswerHandler {
    /**
     * The stream's owner.
     *
     * @param epoch that was asked about; or a later one that the owner has frames of, and then it takes none of the one that
     *     was asked about: begin one that is later than both
     * @param coveredSequence the owner has all of that epoch up to here; -1: nothing
     * @param attempt of two answers about a stream, the one with the higher attempt counts
     * @param acknowledgementIntervalMs how often acknowledgements are to be expected; 0: never
     * @param endpoint where to; empty: where this answer comes from
     * @param chain what the stream passes there
     */
    void onOwner(
            long streamId,
            long epoch,
            long coveredSequence,
            long attempt,
            long acknowledgementIntervalMs,
            String endpoint,
            String chain);

    /** @param endpoint of who processes it; empty: not known yet, ask again in a while */
    void onMoved(long streamId, long attempt, String endpoint);

    /** Frames of that epoch up to {@code coveredSequence} need not be kept. */
    void onAcknowledged(long streamId, long epoch, long coveredSequence, long attempt);
}
