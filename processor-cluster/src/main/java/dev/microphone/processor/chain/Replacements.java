package dev.microphone.processor.chain;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets all slots that a new version changes, change between the same two frames of a stream: a sequence lock. Writers
 * are serialised by the library; a reader that meets one goes on with what it has and looks again at its next frame, so
 * it never waits.
 *
 * @see <a href="https://dl.acm.org/doi/10.1145/2247684.2247688">H.-J. Boehm, "Can seqlocks get along with programming
 *     language memory models?" (2012)</a>
 */
final class Replacements {
    /** Odd while a writer is at work. */
    private final AtomicLong generation = new AtomicLong();

    /** @param changes writes volatile fields alone, and does not throw */
    void publish(Runnable changes) {
        generation.incrementAndGet();
        changes.run();
        generation.incrementAndGet();
    }

    /** What to compare with later; what was read in between belongs together when it is even and still the same. */
    long generation() {
        return generation.get();
    }

    static boolean isSettled(long generation) {
        return (generation & 1) == 0;
    }
}
