package dev.microphone.processor.shard;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.link.HostLookup;
import dev.microphone.transport.link.NamingPublisher;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import io.aeron.exceptions.RegistrationException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
 * address, or to who owns the streams then, before any later frame. Nothing waits for the name of a router's host: it is
 * looked up on a thread of its own, and until it has an address the router is not there. Opens connections when it is made;
 * owned by the shard's thread from then on. Allocates nothing per frame.
 */
public final class RouterLinks implements FrameHandler, Downstream, AutoCloseable {
    /** Longer than a router's collector pauses, shorter than a listener's patience. */
    private static final long SILENCE_MS = 2_000;

    private static final long SILENCE_NS = SILENCE_MS * 1_000_000;

    /**
     * Those that are there at the start count for that long without a connection, or streams would begin at whichever answers
     * first and then move. Three of Aeron's attempts to connect, 100 ms apart; a shard's first frames come later than that.
     * Their names have as long.
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
    private final HostLookup lookup;
    private final AtomicCounter noRouter;
    private final AtomicCounter unreachable;
    private final AtomicCounter sentAgain;
    private final List<RouterLink> links = new ArrayList<>();
    private final List<Opening> openings = new ArrayList<>();
    /** Of routers that are gone: each stream's oldest first. */
    private final ArrayDeque<UntakenFrames> homeless = new ArrayDeque<>();

    private int seenVersion;
    private boolean hasUnreachable;
    private long retryNs;

    /** A router whose host's address is being looked up. */
    private record Opening(String endpoint, CompletableFuture<String> address) {}

    /** @param stage the label of the counters */
    public RouterLinks(
            Aeron aeron, RouterList routers, StreamDirectory names, Metrics metrics, String stage, NanoClock clock) {
        this(aeron, routers, names, metrics, stage, HostLookup.SYSTEM, clock);
    }

    RouterLinks(
            Aeron aeron,
            RouterList routers,
            StreamDirectory names,
            Metrics metrics,
            String stage,
            HostLookup lookup,
            NanoClock clock) {
        this.lookup = lookup;
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
        RouterList.Known known = routers.current();
        connect(known);
        seenVersion = known.version();
        openFirst();
    }

    /** Those that are there at the start; one whose name takes longer to look up comes later. */
    private void openFirst() {
        CompletableFuture<?>[] addresses =
                openings.stream().map(Opening::address).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(addresses).get(CONNECT_NS, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Each says for itself what it has come to.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long nowNs = clock.nanoTime();
        openAll(nowNs, nowNs + CONNECT_NS);
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
        if (!openings.isEmpty()) {
            long nowNs = clock.nanoTime();
            openAll(nowNs, nowNs);
        }
    }

    private void connect(RouterList.Known known) {
        hasUnreachable = false;
        retryNs = clock.nanoTime() + RETRY_NS;
        openings.removeIf(opening -> !known.endpoints().contains(opening.endpoint()));
        for (String endpoint : known.endpoints()) {
            if (links.stream().noneMatch(link -> link.endpoint().equals(endpoint))
                    && openings.stream().noneMatch(opening -> opening.endpoint().equals(endpoint))) {
                String host = NodeEndpoint.parse(endpoint).host();
                openings.add(new Opening(endpoint, lookup.addressOf(host)));
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

    /** Opens what has an address by now. */
    private void openAll(long nowNs, long untilNs) {
        for (int i = openings.size() - 1; i >= 0; i--) {
            if (openings.get(i).address().isDone()) {
                open(openings.remove(i), nowNs, untilNs);
            }
        }
    }

    private void open(Opening opening, long nowNs, long untilNs) {
        String endpoint = opening.endpoint();
        try {
            String at = opening.address().join() + endpoint.substring(endpoint.lastIndexOf(':'));
            NamingPublisher publisher = new NamingPublisher(aeron, at, names, metrics, stage);
            links.add(new RouterLink(endpoint, publisher, SILENCE_NS, sentAgain, nowNs, untilNs));
        } catch (CompletionException | RegistrationException e) {
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
