package dev.microphone.processor.shard;

import dev.microphone.transport.link.KeyGroups;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.NanoClock;

/**
 * Who has just asked for a stream that is processed elsewhere, and what was answered: when somebody takes it over, its agent
 * is told at once. It would ask again, but its hello waits behind the frames that it has sent meanwhile. Owned by the shard's
 * thread.
 */
final class Enquiries {
    /** Who has not asked again for so long was answered by somebody else; agents ask every 50 to 200 ms. */
    private static final long TIME_TO_LIVE_NS = 1_000_000_000L;
    /** As many streams as a shard can know. */
    private static final int MAX_ENQUIRIES = 100_000;

    /** Tells an agent where its stream is processed now; false: that is no place to send it to. */
    @FunctionalInterface
    interface Teller {
        boolean tell(long session, long streamId, ShardTable.Owner owner);
    }

    private static final class Enquiry {
        private final long streamId;
        private long session;
        private long attempt;
        private long askedNs;

        Enquiry(long streamId) {
            this.streamId = streamId;
        }
    }

    private final ShardTable shards;
    private final NanoClock clock;
    private final Long2ObjectHashMap<Enquiry> byStream = new Long2ObjectHashMap<>();
    private long changesSeen;

    Enquiries(ShardTable shards, NanoClock clock) {
        this.shards = shards;
        this.clock = clock;
    }

    /**
     * An agent was answered.
     *
     * @param attempt of the owner that it was sent to; 0: the stream had none
     */
    void onAnswered(long session, long streamId, long attempt) {
        if (byStream.size() >= MAX_ENQUIRIES) {
            byStream.clear();
        }
        Enquiry enquiry = byStream.computeIfAbsent(streamId, Enquiry::new);
        enquiry.session = session;
        enquiry.attempt = attempt;
        enquiry.askedNs = clock.nanoTime();
    }

    /** Tells those whose stream has another owner since. */
    void follow(Teller teller) {
        long changes = shards.changes();
        if (changes == changesSeen || byStream.isEmpty()) {
            return;
        }
        changesSeen = changes;
        long nowNs = clock.nanoTime();
        byStream.values().removeIf(enquiry -> nowNs - enquiry.askedNs >= TIME_TO_LIVE_NS || tells(enquiry, teller));
    }

    private boolean tells(Enquiry enquiry, Teller teller) {
        ShardTable.Owner owner = shards.ownerOf(KeyGroups.of(enquiry.streamId));
        return owner != null
                && owner.attempt() > enquiry.attempt
                && teller.tell(enquiry.session, enquiry.streamId, owner);
    }
}
