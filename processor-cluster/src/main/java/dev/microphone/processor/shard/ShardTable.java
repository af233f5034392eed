package dev.microphone.processor.shard;

import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.transport.link.KeyGroups;
import dev.microphone.transport.link.NodeEndpoint;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Who processes which key group, as announced on the control bus. Any thread.
 *
 * <p>Of two announcements of a key group the one with the higher attempt counts, and of equals the later: the bus brings
 * old ones again after a restart. Whoever says that it has ended is forgotten, but not its attempt: the next is higher.
 */
public final class ShardTable {
    /**
     * @param endpoint where agents say hello
     * @param framePorts ports for frames behind the endpoint's two
     * @param attempt higher for whoever took over
     */
    public record Owner(NodeEndpoint endpoint, int framePorts, long attempt) {
        /**
         * Where an agent should send its frames: the same for all its streams, and many agents spread over the ports. A
         * session's number is mixed first: Aeron counts publications and the like with the same counter, so that sessions
         * of agents that come one after the other are some steps apart, and would share half of the ports or fewer.
         */
        NodeEndpoint frameEndpoint(long session) {
            if (framePorts == 0) {
                return endpoint;
            }
            int port = endpoint.port() + 2 + (int) Long.remainderUnsigned(Mixing.mixed(session), framePorts);
            return new NodeEndpoint(endpoint.host(), port, endpoint.responsePort());
        }
    }

    private static final int MAX_FRAME_PORTS = 1_024;

    private final AtomicReferenceArray<@Nullable Owner> owners = new AtomicReferenceArray<>(KeyGroups.COUNT);
    /** The highest that was announced of each key group. */
    private final AtomicLongArray attempts = new AtomicLongArray(KeyGroups.COUNT);

    /** Announcements taken in. */
    private volatile long changes;

    private final AtomicCounter refused;

    /** @param refused counts announcements that make no sense */
    public ShardTable(AtomicCounter refused) {
        this.refused = refused;
    }

    /** Takes in an announcement, in the order in which they came. */
    public synchronized void onAnnounced(ShardAnnounced announced) {
        Owner told = ownerOf(announced);
        if (told == null) {
            refused.increment();
            return;
        }
        boolean hasEnded = announced.state().equals(ShardAnnounced.DOWN);
        for (int keyGroup = announced.firstKeyGroup(); keyGroup <= announced.lastKeyGroup(); keyGroup++) {
            if (told.attempt() >= attempts.get(keyGroup)) {
                attempts.set(keyGroup, told.attempt());
                Owner known = owners.get(keyGroup);
                // Only its own end: another may have the same attempt.
                owners.set(keyGroup, !hasEnded ? told : told.equals(known) ? null : known);
            }
        }
        // Written under the lock alone.
        changes = changes + 1;
    }

    /** Another number than before when an owner may have changed. */
    long changes() {
        return changes;
    }

    private static @Nullable Owner ownerOf(ShardAnnounced announced) {
        if (announced.maxParallelism() != KeyGroups.COUNT
                || announced.firstKeyGroup() < 0
                || announced.lastKeyGroup() >= KeyGroups.COUNT
                || announced.framePorts() < 0
                || announced.framePorts() > MAX_FRAME_PORTS) {
            return null;
        }
        try {
            return new Owner(NodeEndpoint.parse(announced.endpoint()), announced.framePorts(), announced.attempt());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Null while nobody has announced it, or whoever did has ended. */
    public @Nullable Owner ownerOf(int keyGroup) {
        return owners.get(keyGroup);
    }

    /** The attempt of whoever takes over that range now: above all that were announced for it, and by the time. */
    public int nextAttempt(ShardRange range, long nowEpochSeconds) {
        long attempt = nowEpochSeconds;
        for (int keyGroup = range.first(); keyGroup <= range.last(); keyGroup++) {
            attempt = Math.max(attempt, attempts.get(keyGroup) + 1);
        }
        return Math.toIntExact(attempt);
    }
}
