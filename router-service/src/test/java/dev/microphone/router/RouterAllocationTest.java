package dev.microphone.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.microphone.router.sink.OverflowPolicy;
import dev.microphone.router.sink.Sink;
import dev.microphone.router.sink.SinkKind;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.router.sink.SinkWorker;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouterAllocationTest {
    private static final int FRAMES = 20_000;
    private static final int STREAMS = 8;

    @TempDir
    Path folder;

    private final SinkContexts contexts = new SinkContexts();
    private final Frame frame = Frames.frame(0, 1, 0).clockQuality(ClockQuality.NTP);
    private long delivered;

    private int poll(FrameHandler handler, int limit) {
        int taken = 0;
        while (taken < limit) {
            frame.streamId(delivered % STREAMS).sequence(delivered / STREAMS);
            if (!handler.onFrame(frame)) {
                break;
            }
            delivered++;
            taken++;
        }
        return taken;
    }

    @Test
    void shouldAllocateNothingPerFrameOnTheRoutersThread() throws Exception {
        SinkUri wav = SinkUri.parse("wav:" + folder + "/");
        SinkKind kind = wav.kind();
        SinkWorker recording = new SinkWorker(
                contexts.context("wav"), kind.opener().open(wav, contexts.context("wav")), kind.overflow(), () -> 0);
        SinkWorker passThrough =
                new SinkWorker(contexts.context("none"), new Nothing(), OverflowPolicy.BACK_PRESSURE, () -> 0);
        Routes routes =
                new Routes(contexts.streams, List.of(recording, passThrough), contexts.events::add, contexts.metrics);
        RouterAgent agent = new RouterAgent(
                this::poll, routes, contexts.streams, SystemNanoClock.INSTANCE, new OffsetEpochNanoClock());
        try (AgentRunner one = start(recording);
                AgentRunner two = start(passThrough)) {
            route(agent, FRAMES);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();

            route(agent, FRAMES);

            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < FRAMES, () -> allocated + " bytes for " + FRAMES + " frames");
            assertEquals(0, contexts.dropped("wav", "sink_failed"));
            assertEquals(recording, one.agent());
            assertEquals(passThrough, two.agent());
        }
    }

    private void route(RouterAgent agent, int frames) {
        long until = delivered + frames;
        while (delivered < until) {
            agent.doWork();
        }
    }

    private static AgentRunner start(SinkWorker worker) {
        AgentRunner runner = new AgentRunner(
                new BackoffIdleStrategy(),
                error -> {
                    throw new AssertionError(error);
                },
                null,
                worker);
        AgentRunner.startOnThread(runner);
        return runner;
    }

    private static final class Nothing implements Sink {
        @Override
        public void onFrame(Frame passing) {}

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
