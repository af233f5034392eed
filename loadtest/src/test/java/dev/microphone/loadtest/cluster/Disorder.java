package dev.microphone.loadtest.cluster;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A way on which datagrams overtake each other and come twice, by a seed. One thread. */
final class Disorder {
    /** By how many a late datagram is overtaken at most. */
    private static final int MAX_OVERTAKEN = 4;

    /** Where they go. */
    @FunctionalInterface
    interface Out {
        /** @return how many bytes went */
        int pass(ByteBuffer datagram, @Nullable InetSocketAddress address);
    }

    private record Held(ByteBuffer datagram, @Nullable InetSocketAddress address, long dueAt) {}

    private final Random random;
    private final double latePart;
    private final double twicePart;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private long seen;
    private long late;
    private long twice;

    /** Every 50th comes late, and every 100th twice. */
    Disorder(long seed) {
        this(seed, 0.02, 0.01);
    }

    private Disorder(long seed, double latePart, double twicePart) {
        random = new Random(seed);
        this.latePart = latePart;
        this.twicePart = twicePart;
    }

    /** Order. */
    static Disorder none() {
        return new Disorder(0, 0, 0);
    }

    /** Takes a datagram, from its position to its limit, and passes on what is due. */
    int pass(ByteBuffer datagram, @Nullable InetSocketAddress address, Out out) {
        int length = datagram.remaining();
        double fate = random.nextDouble();
        seen++;
        if (fate < latePart) {
            held.add(new Held(copy(datagram), address, seen + 1 + random.nextInt(MAX_OVERTAKEN)));
            datagram.position(datagram.limit());
            late++;
        } else {
            ByteBuffer again = fate < latePart + twicePart ? copy(datagram) : null;
            int passed = out.pass(datagram, address);
            if (passed < length) {
                return passed;
            }
            if (again != null) {
                out.pass(again, address);
                twice++;
            }
        }
        while (!held.isEmpty() && held.peek().dueAt() <= seen) {
            Held due = held.remove();
            out.pass(due.datagram(), due.address());
        }
        return length;
    }

    private static ByteBuffer copy(ByteBuffer datagram) {
        return ByteBuffer.allocateDirect(datagram.remaining())
                .put(datagram.duplicate())
                .flip();
    }

    long late() {
        return late;
    }

    long twice() {
        return twice;
    }
}
