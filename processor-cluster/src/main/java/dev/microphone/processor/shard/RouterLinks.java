package dev.microphone.processor.shard;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.link.NamingPublisher;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import io.aeron.exceptions.RegistrationException;
import java.util.ArrayDeque;
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
 * it is back; one that is in the list and dead holds nobody up. What a router has not taken goes to its next life at the same
 * address, or to who owns the streams then, before any later frame. Opens connections when it is made; owned by the shard's
 * thread from then on. Allocates nothing per frame.
 */
public final class RouterLinks implements FrameHandler, Downstream, AutoCloseable {
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

    private final Aeron aeron;
    private final RouterList routers;
    private final StreamDirectory names;
    private final Metrics metrics;
    private final String stage;
    private final NanoClock clock;
    private final AtomicCounter noRouter;
    private final AtomicCounter unreachable;
    private final AtomicCounter sentAgain;
    private final List<RouterLink> links = new ArrayList<>();
    /** Of routers that are gone: each stream's oldest first. */
    private final ArrayDeque<UntakenFrames> homeless = new ArrayDeque<>();

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
        sentAgain = metrics.counter("microphone_frames_sent_again_total", "stage", stage);
        connectToNew();
    }

    /**
     * Follows routers that come, go and come back. Between frames, also when there are none.
     *
     * @return how much there was to do
     */
    public int doWork() {
        connectToNew();
        int work = 0;
        for (int i = 0; i < links.size(); i++) {
            work += links.get(i).doWork();
        }
        return work + rehouse();
    }

    /** @return false when the router that owns the stream has no room, or there is none: offer the frame again */
    @Override
    public boolean onFrame(Frame frame) {
        connectToNew();
        rehouse();
        if (!homeless.isEmpty()) {
            return false;
        }
        RouterLink link = ownerOf(frame.streamId());
        if (link == null) {
            noRouter.incrementRelease();
            return false;
        }
        return link.onFrame(frame);
    }

    /** Has others take what routers that are gone have not. */
    private int rehouse() {
        if (links.size() > 1) {
            takeFromSilent();
        }
        int work = 0;
        while (!homeless.isEmpty()) {
            UntakenFrames frames = homeless.element();
            while (!frames.isEmpty()) {
                Frame oldest = frames.oldest();
                RouterLink owner = ownerOf(oldest.streamId());
                if (owner == null || !owner.onFrame(oldest)) {
                    return work;
                }
                sentAgain.incrementRelease();
                frames.removeOldest();
                work++;
            }
            homeless.remove();
        }
        return work;
    }

    private void takeFromSilent() {
        long nowNs = clock.nanoTime();
        boolean isAnyAlive = false;
        for (int i = 0; i < links.size(); i++) {
            links.get(i).listen(nowNs);
            isAnyAlive |= links.get(i).isAlive();
        }
        for (int i = 0; isAnyAlive && i < links.size(); i++) {
            RouterLink link = links.get(i);
            if (!link.isAlive() && link.hasUntaken()) {
                homeless.add(link.giveUp());
            }
        }
    }

    private @Nullable RouterLink ownerOf(long streamId) {
        if (links.size() == 1) {
            return links.get(0);
        }
        RouterLink best = null;
        RouterLink bestAlive = null;
        for (int i = 0; i < links.size(); i++) {
            RouterLink link = links.get(i);
            if (best == null || isHigher(link, best, streamId)) {
                best = link;
            }
            if (link.isAlive() && (bestAlive == null || isHigher(link, bestAlive, streamId))) {
                bestAlive = link;
            }
        }
        return bestAlive == null ? best : bestAlive;
    }

    private static boolean isHigher(RouterLink link, RouterLink other, long streamId) {
        return Long.compareUnsigned(weight(link.hash(), streamId), weight(other.hash(), streamId)) > 0;
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
            if (links.stream().noneMatch(link -> link.endpoint().equals(endpoint))) {
                open(endpoint, nowNs, untilNs);
            }
        }
        for (int i = links.size() - 1; i >= 0; i--) {
            RouterLink link = links.get(i);
            // Of one that is silent the word does not get through; its frames may.
            boolean isStillThere = known.silent().contains(link.endpoint()) && link.isConnected();
            if (!known.endpoints().contains(link.endpoint()) && !isStillThere) {
                links.remove(i);
                homeless.add(link.leave());
            }
        }
    }

    private void open(String endpoint, long nowNs, long untilNs) {
        try {
            NamingPublisher publisher = new NamingPublisher(aeron, endpoint, names, metrics, stage);
            links.add(new RouterLink(endpoint, publisher, SILENCE_NS, sentAgain, nowNs, untilNs));
        } catch (RegistrationException e) {
            unreachable.incrementRelease();
            hasUnreachable = true;
        }
    }

    @Override
    public long position(long streamId) {
        RouterLink link = ownerOf(streamId);
        return link == null ? -1 : link.position();
    }

    @Override
    public void pushThrough(long streamId) {
        RouterLink link = ownerOf(streamId);
        if (link != null) {
            link.pushThrough();
        }
    }

    @Override
    public boolean isTaken(long streamId, String router, long position) {
        RouterLink link = ownerOf(streamId);
        return link != null && link.name().equals(router) && link.isTaken(position);
    }

    @Override
    public @Nullable String routerOf(long streamId) {
        RouterLink link = homeless.isEmpty() ? ownerOf(streamId) : null;
        return link == null ? null : link.name();
    }

    @Override
    public void close() {
        links.forEach(CloseHelper::close);
        links.clear();
    }
}
