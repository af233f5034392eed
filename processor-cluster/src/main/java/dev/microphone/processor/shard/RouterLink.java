package dev.microphone.processor.shard;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.link.NamingPublisher;
import java.nio.charset.StandardCharsets;
import org.agrona.CloseHelper;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * The way to one router. Each frame is kept until the router has taken it, and sent again when the router behind the address
 * is another one. Owned by the shard's thread; allocates nothing per frame.
 */
final class RouterLink implements FrameHandler, AutoCloseable {
    private final String endpoint;
    private final long hash;
    private final NamingPublisher publisher;
    private final long silenceNs;
    private final AtomicCounter sentAgain;
    private UntakenFrames untaken = new UntakenFrames();
    private String name;
    private int namesBefore;
    private long session;
    private long aliveNs;
    private boolean alive;

    /**
     * @param silenceNs who has been silent for that long does not count
     * @param sentAgain counts frames
     * @param untilNs it counts for so long if no connection comes about
     */
    RouterLink(
            String endpoint,
            NamingPublisher publisher,
            long silenceNs,
            AtomicCounter sentAgain,
            long nowNs,
            long untilNs) {
        this.endpoint = endpoint;
        this.name = endpoint;
        this.publisher = publisher;
        this.silenceNs = silenceNs;
        this.sentAgain = sentAgain;
        this.session = publisher.session();
        this.aliveNs = untilNs - silenceNs;
        this.alive = untilNs - nowNs > 0;
        this.hash = hash(endpoint);
    }

    /** FNV-1a. */
    static long hash(String endpoint) {
        long bits = 0xcbf29ce484222325L;
        for (byte b : endpoint.getBytes(StandardCharsets.UTF_8)) {
            bits = (bits ^ (b & 0xff)) * 0x100000001b3L;
        }
        return bits;
    }

    String endpoint() {
        return endpoint;
    }

    long hash() {
        return hash;
    }

    /** Of the router as the holder of what was sent; another one as soon as someone else has to take that. */
    String name() {
        return name;
    }

    boolean isConnected() {
        return publisher.isConnected();
    }

    void listen(long nowNs) {
        if (publisher.isConnected()) {
            aliveNs = nowNs;
        }
        alive = nowNs - aliveNs < silenceNs;
    }

    /** Whether it was heard of lately; as of {@link #listen}. */
    boolean isAlive() {
        return alive;
    }

    /** Forgets what was taken, and sends again what the router's life before has not; returns how many frames. */
    int doWork() {
        long now = publisher.followReceiver();
        if (now != session) {
            session = now;
            untaken.sendAgain();
        }
        untaken.forgetUntil(publisher.takenPosition());
        int work = 0;
        while (untaken.hasUnsent() && publisher.onFrame(untaken.nextUnsent())) {
            untaken.sent(publisher.position());
            sentAgain.incrementRelease();
            work++;
        }
        return work;
    }

    /** @return false when there is no room: offer the frame again */
    @Override
    public boolean onFrame(Frame frame) {
        doWork();
        if (untaken.hasUnsent() || untaken.isFull() || !publisher.onFrame(frame)) {
            return false;
        }
        untaken.add(frame, publisher.position());
        return true;
    }

    /** Behind all frames that were sent here. */
    long position() {
        return untaken.end();
    }

    /** Whether the router has taken every frame before a position that {@link #position} gave. */
    boolean isTaken(long position) {
        return untaken.first() >= position;
    }

    boolean hasUntaken() {
        return !untaken.isEmpty();
    }

    /** Hands over what the router has not taken, for another one; should it come back, it does not get these any more. */
    UntakenFrames giveUp() {
        UntakenFrames left = untaken;
        untaken = new UntakenFrames();
        namesBefore++;
        name = endpoint + "#" + namesBefore;
        session = publisher.beginAnew();
        return left;
    }

    /** Hands over what the router has not taken, and ends. */
    UntakenFrames leave() {
        CloseHelper.close(publisher);
        return untaken;
    }

    void pushThrough() {
        publisher.pushThrough();
    }

    @Override
    public void close() {
        CloseHelper.close(publisher);
    }
}
