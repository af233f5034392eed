package dev.microphone.schemas.bus;

import dev.microphone.schemas.desired.DesiredState;
import dev.microphone.schemas.event.ControlMessage;
import java.util.function.Consumer;

/**
 * Carries control events to whoever asks for them, and holds what should be. Any thread.
 *
 * <p>Messages with the same key ({@link dev.microphone.schemas.event.ControlEvent#key}) reach every subscriber in the
 * order in which they were published; between keys there is no order. A message comes at least once: twice when a broker
 * has taken it and its answer was lost. Records that cannot be read are counted and skipped.
 */
public interface ControlBus extends AutoCloseable {
    /** Where a subscription begins. */
    enum Since {
        /** With the oldest message that is still kept. */
        OLDEST_KEPT,
        /** With the first message published after {@link Subscription#started}. */
        NOW
    }

    /**
     * Takes a message, to be sent soon. Never blocks and never throws: when it must wait and there is no more room for
     * it, the oldest message that waits is dropped and counted; after {@link #close} the message itself is.
     */
    void publish(ControlMessage message);

    /**
     * Says how a node is, to be sent soon: what is newest of each node is kept, for whoever comes late. Never blocks and
     * never throws: while it must wait, the next of the same node takes its place; other messages do not push it out.
     *
     * @param nodeKey the node, by {@link dev.microphone.schemas.event.Announcement#nodeKey}
     */
    void announce(String nodeKey, ControlMessage message);

    /**
     * Tells of announcements: of each node the newest that is kept (and perhaps some before it), then what comes. As with
     * {@link #subscribe}, in the order of each node, on a thread of its own.
     */
    Subscription subscribeToAnnouncements(Consumer<ControlMessage> subscriber);

    /**
     * Tells of messages, on a thread of its own, which the subscriber may block. What the subscriber throws is reported,
     * and the next message comes all the same.
     */
    Subscription subscribe(Since since, Consumer<ControlMessage> subscriber);

    /** What should be. */
    DesiredState desired();

    /** Sends what waits, for a bounded time, counts what is left as dropped, and ends all subscriptions. */
    @Override
    void close();
}
