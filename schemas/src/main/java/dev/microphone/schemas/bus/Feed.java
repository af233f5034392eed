package dev.microphone.schemas.bus;

import java.util.List;

/** The records of a topic from some place on, in their order for each key. Owned by one thread, but for the wake-up. */
interface Feed extends AutoCloseable {
    /** Waits a moment for records; none when there are none yet, or nobody answers. */
    List<RawRecord> poll();

    /** Whether the place where it begins is fixed. */
    boolean isPositioned();

    /** Whether all that was there when it began was given out. */
    boolean hasCaughtUp();

    /** Ends a wait, from any thread. */
    void wakeUp();

    @Override
    void close();
}
