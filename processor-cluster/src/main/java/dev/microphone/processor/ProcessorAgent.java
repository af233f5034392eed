package dev.microphone.processor;

import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.metrics.Metrics;
import java.util.Iterator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Polls frames, runs each through its stream's session, and hands it on; all on one thread.
 *
 * <p>When downstream has no room, the processed frame waits here and nothing more is taken: the frame is not processed
 * twice, and the sender feels it. Allocates nothing per frame.
 */
public final class ProcessorAgent implements Agent {
    /** How often idle streams are looked for. */
    private static final long EVICTION_INTERVAL_NS = 1_000_000_000L;
    /** A stream that has ended is known for that long, so that its last frames sent again count as duplicates. */
    private static final long ENDED_LINGER_NS = 5_000_000_000L;

    /** The frame that still waits at the end gets half a second for the receiver's window to open. */
    private static final int CLOSING_ATTEMPTS = 5_000;

    private static final long CLOSING_PAUSE_NS = 100_000;

    /** Between two duty cycles, which take microseconds; people and control planes ask for fewer. */
    private static final int MAX_ASSIGNMENTS = 256;

    private record Assignment(long streamId, Chain chain) {}

    private final String name;
    private final FramePoller poller;
    private final FrameHandler downstream;
    private final LongFunction<PreparedChain> chains;
    private final ControlEventListener events;
    private final ProcessorSettings settings;
    private final Metrics metrics;
    private final SessionCounters counters;
    private final NanoClock clock;
    private final Watch watch;
    private final FrameHandler handler = this::onFrame;
    private final Long2ObjectHashMap<StreamSession> sessions = new Long2ObjectHashMap<>();
    private final ManyToOneConcurrentArrayQueue<Assignment> assignments =
            new ManyToOneConcurrentArrayQueue<>(MAX_ASSIGNMENTS);
    private final Frame pending = new Frame();
    private boolean hasPending;
    private long nextEvictionNs;

    /**
     * @param name of this processor among those of the process; label of its counters
     * @param chains which chain a stream gets; called on the agent's thread at a stream's first frame, must not block
     * @param clock monotonic, {@link System#nanoTime()} in earnest
     */
    public ProcessorAgent(
            String name,
            FramePoller poller,
            FrameHandler downstream,
            LongFunction<PreparedChain> chains,
            ControlEventListener events,
            ProcessorSettings settings,
            Watchdog watchdog,
            Metrics metrics,
            NanoClock clock) {
        JavaRequirement.check();
        this.name = name;
        this.poller = poller;
        this.downstream = downstream;
        this.chains = chains;
        this.events = events;
        this.settings = settings;
        this.metrics = metrics;
        this.counters = new SessionCounters(metrics, name);
        // Whoever watches for plugin errors finds a zero before there is a plugin.
        metrics.counter("microphone_plugin_errors_total", "plugin", "none", "reason", "none");
        this.clock = clock;
        this.watch = watchdog.newWatch();
        this.nextEvictionNs = clock.nanoTime() + EVICTION_INTERVAL_NS;
    }

    /**
     * Has a stream go on with another chain, from its next frame on. Any thread; the chain's instances are taken here,
     * not on the agent's thread. A stream without a session is left to the function that says which chain it gets.
     *
     * @throws IllegalStateException when so many wait already that the agent must have stopped
     */
    public void assign(long streamId, PreparedChain prepared) {
        prepared.makeReady();
        Chain chain = newChain(prepared);
        if (!assignments.offer(new Assignment(streamId, chain))) {
            chain.close();
            throw new IllegalStateException(MAX_ASSIGNMENTS + " chains wait to be assigned: the processor has stopped");
        }
    }

    private Chain newChain(PreparedChain prepared) {
        return prepared.newChain(watch, settings.faultPolicy(), events, metrics, clock);
    }

    private int takeAssignments() {
        int taken = 0;
        Assignment assignment = assignments.poll();
        while (assignment != null) {
            StreamSession session = sessions.get(assignment.streamId());
            if (session == null) {
                assignment.chain().close();
            } else {
                session.replaceChain(assignment.chain());
            }
            taken++;
            assignment = assignments.poll();
        }
        return taken;
    }

    @Override
    public int doWork() {
        int work = takeAssignments();
        if (hasPending) {
            if (!handOnPending()) {
                return 0;
            }
            work++;
        }
        work += poller.poll(handler, settings.frameLimit());
        long nowNs = clock.nanoTime();
        if (nowNs - nextEvictionNs >= 0) {
            nextEvictionNs = nowNs + EVICTION_INTERVAL_NS;
            work += evictIdle(nowNs);
        }
        return work;
    }

    private boolean onFrame(Frame frame) {
        if (hasPending && !handOnPending()) {
            return false;
        }
        long startNs = clock.nanoTime();
        StreamSession session = session(frame.streamId(), startNs);
        if (session == null) {
            counters.sessionLimitDrops.incrementRelease();
            return true;
        }
        boolean goesOn = session.onFrame(frame, startNs);
        if (!goesOn) {
            return true;
        }
        counters.processingDuration.record(clock.nanoTime() - startNs);
        if (!downstream.onFrame(frame)) {
            counters.backPressured.incrementRelease();
            pending.copyFrom(frame);
            hasPending = true;
        }
        return true;
    }

    /** Whether a processed frame waits for room downstream; for the agent's thread. */
    public boolean hasPending() {
        return hasPending;
    }

    private boolean handOnPending() {
        hasPending = !downstream.onFrame(pending);
        return !hasPending;
    }

    private @Nullable StreamSession session(long streamId, long nowNs) {
        StreamSession session = sessions.get(streamId);
        if (session == null && sessions.size() < settings.maxSessions()) {
            session = new StreamSession(streamId, newChain(chains.apply(streamId)), counters, events, nowNs);
            sessions.put(streamId, session);
            counters.activeSessions.incrementRelease();
        }
        return session;
    }

    private int evictIdle(long nowNs) {
        int evicted = 0;
        Iterator<StreamSession> iterator = sessions.values().iterator();
        while (iterator.hasNext()) {
            StreamSession session = iterator.next();
            long timeoutNs = session.hasEnded() ? ENDED_LINGER_NS : settings.idleTimeoutNs();
            if (nowNs - session.lastFrameNs() >= timeoutNs) {
                iterator.remove();
                session.close("idle");
                counters.activeSessions.decrementRelease();
                evicted++;
            }
        }
        return evicted;
    }

    /** For the agent's thread; null while the stream has none here. */
    public @Nullable StreamSession sessionOf(long streamId) {
        return sessions.get(streamId);
    }

    /** For the agent's thread; what is called must not add or remove sessions. */
    public void forEachSession(Consumer<StreamSession> action) {
        sessions.values().forEach(action);
    }

    /** How many streams have a session; for the agent's thread. */
    public int sessionCount() {
        return sessions.size();
    }

    @Override
    public void onClose() {
        for (int i = 0; hasPending && i < CLOSING_ATTEMPTS; i++) {
            handOnPending();
            LockSupport.parkNanos(CLOSING_PAUSE_NS);
        }
        if (hasPending) {
            metrics.counter(
                            "microphone_frames_dropped_total",
                            "stage",
                            "processor",
                            "processor",
                            name,
                            "reason",
                            "closed")
                    .increment();
        }
        assignments.drain(assignment -> assignment.chain().close());
        sessions.values().forEach(session -> session.close("closed"));
        counters.activeSessions.setRelease(0);
        sessions.clear();
        watch.close();
    }

    @Override
    public String roleName() {
        return "processor-" + name;
    }
}
