package dev.microphone.edge.cluster;

import dev.microphone.edge.spool.Spool;
import dev.microphone.edge.spool.SpooledRun;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/** All routes of an agent, and what goes on which of them. One thread. */
final class StreamRoutes {
    private final Spool spool;
    private final LiveFirst liveFirst;
    private final NodeConnections connections;
    private final NodeConnections backfillConnections;
    private final Long2ObjectHashMap<StreamRoute> byId = new Long2ObjectHashMap<>();
    private final List<StreamRoute> live = new ArrayList<>();
    private final List<StreamRoute> backfills = new ArrayList<>();
    private final AtomicCounter setAside;
    private int liveFirstRoutes;

    /**
     * @param backfillConnections apart from the live streams', so that none of their frames waits behind a backlog's
     * @throws IOException when what an earlier process spooled cannot be read; the message is for users
     */
    StreamRoutes(
            Spool spool,
            LiveFirst liveFirst,
            NodeConnections connections,
            NodeConnections backfillConnections,
            Metrics metrics)
            throws IOException {
        this.spool = spool;
        this.liveFirst = liveFirst;
        this.connections = connections;
        this.backfillConnections = backfillConnections;
        setAside = metrics.counter("microphone_frames_set_aside_total");
        for (SpooledRun run : spool.recover()) {
            // One that was set aside stays so: the live stream is beyond it.
            if (run.isSetAside() || liveFirst.streams().contains(run.stream())) {
                backfill(run);
            } else {
                of(run.stream()).add(run);
            }
        }
    }

    /** Streams as they are captured; those that go live first stand before those that may catch up. */
    List<StreamRoute> live() {
        return live;
    }

    /** Those that come behind. */
    List<StreamRoute> backfills() {
        return backfills;
    }

    long backfillFrames() {
        long frames = 0;
        for (int i = 0; i < backfills.size(); i++) {
            frames += backfills.get(i).frames();
        }
        return frames;
    }

    @Nullable
    StreamRoute find(long streamId) {
        return byId.get(streamId);
    }

    private StreamRoute of(StreamName stream) {
        StreamRoute route = byId.get(stream.streamId());
        if (route == null) {
            boolean isLiveFirst = liveFirst.streams().contains(stream);
            route = new StreamRoute(stream, connections, isLiveFirst ? liveFirst.inOrderNs() : Long.MAX_VALUE);
            byId.put(stream.streamId(), route);
            live.add(isLiveFirst ? liveFirstRoutes++ : live.size(), route);
        }
        return route;
    }

    private void backfill(SpooledRun run) {
        StreamName name = run.stream().backfill();
        if (name == null) {
            throw new IllegalStateException("stream " + run.stream() + " cannot have a backfill");
        }
        StreamRoute route = byId.get(name.streamId());
        if (route == null) {
            route = new StreamRoute(name, backfillConnections, Long.MAX_VALUE);
            byId.put(name.streamId(), route);
            backfills.add(route);
        }
        setAside.getAndAddRelease(run.frames());
        run.setAside(name);
        route.add(run);
    }

    /** Another run of a stream begins. */
    StreamRoute begin(StreamName stream, long epoch, long nowNs) {
        StreamRoute route = of(stream);
        SpooledRun before = route.newestRun();
        if (before != null) {
            before.end();
            // All of them, also what was sent and is not acknowledged yet: the acknowledgement takes seconds,
            // and once the node has the later run it does not say any more what it has of an earlier one.
            while (route.isLiveFirst() && route.frames() > 0) {
                backfill(route.removeRun(nowNs));
            }
        }
        route.add(spool.begin(stream, epoch));
        return route;
    }

    /**
     * Sets a route's oldest run aside where live sound would have to wait for it for too long.
     *
     * @return whether it did; the next run, maybe of the same epoch, then begins with its next frame
     */
    boolean setAsideWhatIsTooLong(StreamRoute route, long nowNs) {
        SpooledRun run = route.run();
        boolean isLast = run == route.newestRun();
        if (run == null || run.waitingNs() <= route.inOrderNs() || (isLast && run.hasEnded())) {
            return false;
        }
        boolean goesOn = !run.hasEnded();
        backfill(route.removeRun(nowNs));
        if (goesOn) {
            route.add(spool.goOnBehind(run));
        }
        return true;
    }
}
