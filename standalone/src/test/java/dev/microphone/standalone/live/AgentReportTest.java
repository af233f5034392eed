package dev.microphone.standalone.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.schemas.event.AgentStatus;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.Test;

/** Time is moved by hand. */
final class AgentReportTest {
    private final CachedNanoClock clock = new CachedNanoClock();
    private final Metrics metrics = new Metrics();
    private final List<ControlEvent> told = new ArrayList<>();
    private String state = AgentStatus.SPOOLING;
    private int streams = 1;
    private final AgentReport report = new AgentReport("desk", () -> state, () -> streams, metrics, told::add, clock);

    private void goOnFor(long milliseconds) {
        for (long i = 0; i < milliseconds; i += 10) {
            clock.advance(TimeUnit.MILLISECONDS.toNanos(10));
            report.doWork();
        }
    }

    @Test
    void shouldTellAtTheStartEveryThirtySecondsAndAtTheEnd() {
        metrics.gauge("microphone_spool_frames").set(7);
        metrics.gauge("microphone_spool_bytes").set(7_000);
        report.doWork();
        AgentStatus start = new AgentStatus("desk", "spooling", 1, 7, 7_000, 0);
        assertEquals(List.of(start), told);
        goOnFor(29_000);
        assertEquals(List.of(start), told);
        goOnFor(2_000);
        assertEquals(List.of(start, start), told);
        metrics.gauge("microphone_spool_frames").set(0);
        metrics.gauge("microphone_spool_bytes").set(0);
        streams = 0;
        report.onClose();
        assertEquals(new AgentStatus("desk", "stopped", 0, 0, 0, 0), told.get(2));
        assertEquals(3, told.size());
    }

    @Test
    void shouldTellOfAChangeWithinASecondAndOfNoMoreThanOneASecond() {
        report.doWork();
        state = AgentStatus.LIVE;
        goOnFor(1_000);
        assertEquals(List.of("spooling", "live"), states());
        for (int i = 0; i < 40; i++) {
            state = i % 2 == 0 ? AgentStatus.SPOOLING : AgentStatus.CATCHING_UP;
            goOnFor(50);
        }
        assertEquals(List.of("spooling", "live", "catching_up"), states());
        told.clear();
        streams = 2;
        goOnFor(1_000);
        assertEquals(2, ((AgentStatus) told.get(0)).streams());
    }

    private List<String> states() {
        return told.stream().map(event -> ((AgentStatus) event).state()).toList();
    }

    @Test
    void shouldCountWhatFoundNoRoomAndNothingElse() {
        metrics.counter("microphone_frames_dropped_total", "stage", "spool", "reason", "spool_full")
                .getAndAdd(3);
        metrics.counter("microphone_frames_dropped_total", "stage", "capture", "reason", "backlog_full", "stream", "a")
                .getAndAdd(4);
        metrics.counter("microphone_frames_dropped_total", "stage", "router", "reason", "duplicate")
                .getAndAdd(5);
        report.doWork();
        assertEquals(7, ((AgentStatus) told.get(0)).droppedFrames());
    }
}
