package dev.microphone.edge.cluster;

import dev.microphone.transport.frame.StreamName;
import java.util.Set;

/**
 * Which streams go on live at once after a reconnection, with what was kept behind them in a stream of its own ({@link
 * StreamName#backfill}). All others go in order: live again when the backlog is through.
 *
 * @param streams each must have a backfill's name
 * @param inOrderNs what is not longer than that still goes in order, so that a short pause makes no gap
 */
public record LiveFirst(Set<StreamName> streams, long inOrderNs) {
    /** In order, a second of sound is through in a fraction of one. */
    public static final long DEFAULT_IN_ORDER_NS = 1_000_000_000L;

    public LiveFirst {
        streams = Set.copyOf(streams);
        for (StreamName stream : streams) {
            if (stream.backfill() == null) {
                throw new IllegalArgumentException(
                        "stream " + stream + " cannot go live first: its last part is too long for a suffix");
            }
        }
        if (inOrderNs < 0) {
            throw new IllegalArgumentException(inOrderNs + " ns in order: must be at least 0");
        }
    }

    /** All streams go in order. */
    public static LiveFirst none() {
        return new LiveFirst(Set.of(), DEFAULT_IN_ORDER_NS);
    }
}
