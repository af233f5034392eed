package dev.microphone.standalone.live;

import dev.microphone.schemas.event.AgentStatus;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.metrics.Metrics;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Tells the control bus how this process's agent is: at the start, within a second of a change, every 30 s,
 * and at the end. Owned by the agent's thread.
 */
final class AgentReport implements Agent {
    /** A fleet of 1,000 agents makes 33 events a second; one that is silent for a minute is missed. */
    static final long INTERVAL_NS = 30_000_000_000L;
    /** A link that comes and goes makes no more than that many events. */
    static final long CHECK_INTERVAL_NS = 1_000_000_000L;

    private static final Set<String> NO_ROOM = Set.of("spool_full", "backlog_full");

    private final String name;
    private final Supplier<String> state;
    private final IntSupplier streams;
    private final Metrics metrics;
    private final ControlEventListener events;
    private final NanoClock clock;
    private String toldState = "";
    private int toldStreams;
    private long toldNs;
    private long nextCheckNs;

    /**
     * @param state one of {@link AgentStatus}'s words; asked on the agent's thread
     * @param streams sources that are captured
     * @param metrics the agent's
     */
    AgentReport(
            String name,
            Supplier<String> state,
            IntSupplier streams,
            Metrics metrics,
            ControlEventListener events,
            NanoClock clock) {
        this.name = name;
        this.state = state;
        this.streams = streams;
        this.metrics = metrics;
        this.events = events;
        this.clock = clock;
        this.nextCheckNs = clock.nanoTime();
    }

    @Override
    public int doWork() {
        long nowNs = clock.nanoTime();
        if (nowNs - nextCheckNs < 0) {
            return 0;
        }
        nextCheckNs = nowNs + CHECK_INTERVAL_NS;
        String now = state.get();
        if (now.equals(toldState) && streams.getAsInt() == toldStreams && nowNs - toldNs < INTERVAL_NS) {
            return 0;
        }
        toldNs = nowNs;
        tell(now);
        return 1;
    }

    private void tell(String now) {
        toldState = now;
        toldStreams = streams.getAsInt();
        long dropped = metrics.entries().stream()
                .filter(entry -> entry.name().equals("microphone_frames_dropped_total")
                        && NO_ROOM.contains(entry.labels().getOrDefault("reason", "")))
                .mapToLong(entry -> entry.counter().get())
                .sum();
        events.onEvent(new AgentStatus(
                name,
                now,
                toldStreams,
                metrics.sum("microphone_spool_frames"),
                metrics.sum("microphone_spool_bytes"),
                dropped));
    }

    @Override
    public void onClose() {
        tell(AgentStatus.STOPPED);
    }

    @Override
    public String roleName() {
        return "agent-report";
    }
}
