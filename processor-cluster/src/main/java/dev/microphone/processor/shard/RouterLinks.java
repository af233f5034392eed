package dev.microphone.processor.shard;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.link.NamingPublisher;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import io.aeron.exceptions.RegistrationException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Sends each stream's frames to the router that owns it: the one whose hash with the stream's id is highest (rendezvous
 * hashing, Thaler and Ravishankar 1998), so that only the streams of a router that comes or goes move.
 *
 * <p>A router counts once there is a connection to it, and when it has been silent for {@value #SILENCE_MS} ms no more until
 * it is back; one that is in the list and dead holds nobody up. Opens connections when it is made; owned by the shard's thread
 * from then on. Allocates nothing per frame.
 */
public final class RouterLinks implements FrameHandler, DeliveryMarks.Routers, AutoCloseable {
    /** Longer than a router's collector pauses, shorter than a listener's patience. */
    private static final long SILENCE_MS = 2_000;

    private static final long SILENCE_NS = SILENCE_MS * 1_000_000;

    /**
     * Those that are there at the start count for that long without a connection, or streams would begin at whichever answers
     * first and then move. Three of Aeron's attempts to connect, 100 ms apart; a shard's first frames come later than that.
     */
    static final long CONNECT_NS = 300_000_000L;

    /** A router that cannot be opened, whose name has no address perhaps, is tried again so much later. */
    static final long RETRY_NS = 5_000_000_000L;

    /** One router's connection. */
    private static final class Link {
        private final String endpoint;
        private final long hash;
        private final NamingPublisher publisher;
        private long aliveNs;

        /** @param untilNs it counts for so long if no connection comes about */
        Link(String endpoint, NamingPublisher publisher, long untilNs) {
            this.endpoint = endpoint;
            this.publisher = publisher;
            this.aliveNs = untilNs - SILENCE_NS;
            this.hash = hash(endpoint);
        }

        boolean isAlive(long nowNs) {
            if (publisher.isConnected()) {
                aliveNs = nowNs;
                return true;
            }
            return nowNs - aliveNs < SILENCE_NS;
        }
    }

    private final Aeron aeron;
    private final RouterList routers;
    private final StreamDirectory names;
    private final Metrics metrics;
    private final String stage;
    private final NanoClock clock;
    private final AtomicCounter noRouter;
    private final AtomicCounter unreachable;
    private final List<Link> links = new ArrayList<>();
    private int seenVersion = -1;
    private boolean hasUnreachable;
    private long retryNs;

    /** @param stage the label of the counters */
    public RouterLinks(
            Aeron aeron, RouterList routers, StreamDirectory names, Metrics metrics, String stage, NanoClock clock) {
        this.aeron = aeron;
        this.routers = routers;
        this.names = names;
        this.metrics = metrics;
        this.stage = stage;
        this.clock = clock;
        noRouter = metrics.counter("microphone_publish_refused_total", "stage", stage, "reason", "no_router");
        unreachable =
                metrics.counter("microphone_publish_refused_total", "stage", stage, "reason", "unreachable_router");
        connectToNew();
    }

    /** @return false when the router that owns the stream has no room, or there is none: offer the frame again */
    @Override
    public boolean onFrame(Frame frame) {
        connectToNew();
        Link link = ownerOf(frame.streamId());
        if (link == null) {
            noRouter.incrementRelease();
            return false;
        }
        return link.publisher.onFrame(frame);
    }

    private @Nullable Link ownerOf(long streamId) {
        if (links.size() == 1) {
            return links.get(0);
        }
        long nowNs = clock.nanoTime();
        Link best = null;
        Link bestAlive = null;
        for (int i = 0; i < links.size(); i++) {
            Link link = links.get(i);
            if (best == null || isHigher(link, best, streamId)) {
                best = link;
            }
            if (link.isAlive(nowNs) && (bestAlive == null || isHigher(link, bestAlive, streamId))) {
                bestAlive = link;
            }
        }
        return bestAlive == null ? best : bestAlive;
    }

    private static boolean isHigher(Link link, Link other, long streamId) {
        return Long.compareUnsigned(weight(link.hash, streamId), weight(other.hash, streamId)) > 0;
    }

    /** FNV-1a. */
    static long hash(String endpoint) {
        long bits = 0xcbf29ce484222325L;
        for (byte b : endpoint.getBytes(StandardCharsets.UTF_8)) {
            bits = (bits ^ (b & 0xff)) * 0x100000001b3L;
        }
        return bits;
    }

    static long weight(long routerHash, long streamId) {
        return Mixing.mixed(routerHash ^ streamId);
    }

    private void connectToNew() {
        RouterList.Known known = routers.current();
        if (known.version() != seenVersion || (hasUnreachable && clock.nanoTime() - retryNs >= 0)) {
            connect(known);
            seenVersion = known.version();
        }
    }

    private void connect(RouterList.Known known) {
        long nowNs = clock.nanoTime();
        long untilNs = seenVersion < 0 ? nowNs + CONNECT_NS : nowNs;
        hasUnreachable = false;
        retryNs = nowNs + RETRY_NS;
        for (String endpoint : known.endpoints()) {
            if (links.stream().noneMatch(link -> link.endpoint.equals(endpoint))) {
                open(endpoint, untilNs);
            }
        }
        for (int i = links.size() - 1; i >= 0; i--) {
            Link link = links.get(i);
            // Of one that is silent the word does not get through; its frames may.
            boolean isStillThere = known.silent().contains(link.endpoint) && link.publisher.isConnected();
            if (!known.endpoints().contains(link.endpoint) && !isStillThere) {
                links.remove(i);
                CloseHelper.close(link.publisher);
            }
        }
    }

    private void open(String endpoint, long untilNs) {
        try {
            links.add(new Link(endpoint, new NamingPublisher(aeron, endpoint, names, metrics, stage), untilNs));
        } catch (RegistrationException e) {
            unreachable.incrementRelease();
            hasUnreachable = true;
        }
    }

    /** Behind all that was sent to the stream's router; -1 when there is none. */
    @Override
    public long position(long streamId) {
        connectToNew();
        Link link = ownerOf(streamId);
        return link == null ? -1 : link.publisher.position();
    }

    /** Has the stream's router say how far it has read, where nothing else is sent to it. */
    @Override
    public void pushThrough(long streamId) {
        Link link = ownerOf(streamId);
        if (link != null) {
            link.publisher.pushThrough();
        }
    }

    /** Whether the stream's router has taken everything before that position; false too when it is another one now. */
    @Override
    public boolean isTaken(long streamId, String router, long position) {
        connectToNew();
        Link link = ownerOf(streamId);
        return link != null && link.endpoint.equals(router) && link.publisher.isTaken(position);
    }

    /** Which router a stream's frames go to now; null while there is none. For the shard's thread. */
    @Override
    public @Nullable String routerOf(long streamId) {
        connectToNew();
        Link link = ownerOf(streamId);
        return link == null ? null : link.endpoint;
    }

    @Override
    public void close() {
        links.forEach(link -> CloseHelper.close(link.publisher));
        links.clear();
    }
}
