package dev.microphone.processor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.Gap;
import dev.microphone.schemas.event.StreamEnded;
import dev.microphone.schemas.event.StreamStarted;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessorAgentTest extends AgentFixture {
    @Test
    void shouldRunEachFrameThroughTheChainInOrder() {
        ProcessorAgent agent = agent(TestPlugins.inverts());
        for (int i = 0; i < 100; i++) {
            arriving.add(frame(i, 1));
        }

        runUntilIdle(agent);

        assertEquals(100, delivered.size());
        for (int i = 0; i < 100; i++) {
            assertEquals(i, delivered.get(i).sequence());
            assertArrayEquals(inverted(frame(i, 1)), pcm(delivered.get(i)));
        }
        assertEquals(100, count("microphone_frames_processed_total", "stage", "processor", "processor", "0"));
        assertEquals(100, metrics.histograms().get(0).histogram().count());
    }

    @Test
    void shouldProcessAFrameOnceWhenDownstreamHadNoRoom() {
        ProcessorAgent agent = agent(TestPlugins.counts());
        for (int i = 0; i < 6; i++) {
            arriving.add(frame(i, 1_000));
        }
        room = false;
        for (int i = 0; i < 10; i++) {
            agent.doWork();
        }
        assertEquals(0, delivered.size());
        assertEquals(5, arriving.size(), "one frame is processed and waits, no more are taken");

        room = true;
        runUntilIdle(agent);

        List<Integer> firstWords = delivered.stream()
                .map(frame -> frame.buffer().getInt(frame.pcmOffset()))
                .toList();
        assertEquals(List.of(1_001, 1_002, 1_003, 1_004, 1_005, 1_006), firstWords);
        assertEquals(1, count("microphone_back_pressure_total", "stage", "processor", "processor", "0"));
    }

    @Test
    void shouldCountGapsAndMarkTheFrameBehind() {
        ProcessorAgent agent = agent(TestPlugins.passThrough());
        arriving.add(frame(0, 1));
        arriving.add(frame(4, 1));
        arriving.add(frame(5, 1));

        runUntilIdle(agent);

        assertEquals(
                List.of(false, true, false),
                delivered.stream()
                        .map(frame -> frame.has(FrameFlags.GAP_BEFORE))
                        .toList());
        assertEquals(1, count("microphone_gaps_total", "stage", "processor", "processor", "0"));
        assertEquals(3, count("microphone_frames_missing_total", "stage", "processor", "processor", "0"));
    }

    @Test
    void shouldTellWhenAStreamStartsHasGapsAndEnds() {
        ProcessorAgent agent = agent(TestPlugins.passThrough());
        arriving.add(frame(7, 1).captureTimeNs(70));
        arriving.add(frame(9, 1));
        arriving.add(frame(12, 1).flags(FrameFlags.GAP_BEFORE));
        arriving.add(frame(10, 1));
        arriving.add(frame(2, 1).epoch(2));
        arriving.add(frame(3, 1).epoch(2).flags(FrameFlags.END_OF_STREAM));
        arriving.add(frame(0, 1).epoch(3));

        runUntilIdle(agent);
        nowNs += ProcessorSettings.defaults().idleTimeoutNs() + 1;
        agent.doWork();

        assertEquals(
                List.of(
                        new StreamStarted("", STREAM, 1, 7, 70, 10_000),
                        new Gap("", STREAM, 1, 8, 8, "processor", "lost"),
                        new Gap("", STREAM, 1, 10, 11, "processor", "agent"),
                        new StreamEnded("", STREAM, 1, 12, "new_epoch"),
                        new StreamStarted("", STREAM, 2, 2, 0, 10_000),
                        new Gap("", STREAM, 2, 0, 1, "processor", "lost"),
                        new StreamEnded("", STREAM, 2, 3, "end_of_stream"),
                        new StreamStarted("", STREAM, 3, 0, 0, 10_000),
                        new StreamEnded("", STREAM, 3, 0, "idle")),
                events);
    }

    @Test
    void shouldDropDuplicatesAndSealedFrames() {
        ProcessorAgent agent = agent(TestPlugins.passThrough());
        arriving.add(frame(0, 1));
        arriving.add(frame(0, 1));
        arriving.add(frame(1, 1).keyId(3));
        arriving.add(frame(1, 1));

        runUntilIdle(agent);

        assertEquals(List.of(0L, 1L), delivered.stream().map(Frame::sequence).toList());
        assertEquals(1, dropped("duplicate"));
        assertEquals(
                1, count("microphone_frame_faults_total", "stage", "processor", "processor", "0", "reason", "sealed"));
    }

    @Test
    void shouldBeginAnewWithAnEpoch() {
        ProcessorAgent agent = agent(TestPlugins.counts());
        arriving.add(frame(0, 0));
        arriving.add(frame(1, 0));
        arriving.add(frame(0, 0).epoch(2));

        runUntilIdle(agent);

        assertEquals(
                List.of(1, 2, 1),
                delivered.stream()
                        .map(frame -> frame.buffer().getInt(frame.pcmOffset()))
                        .toList());
    }

    @Test
    void shouldShowPluginsTheFarEndOfTheSameTimeAndDeliverOnlyTheNearEnd() {
        ProcessorAgent agent = agent(TestPlugins.answersWithReference());
        for (int i = 0; i < 5; i++) {
            // Far end in frames of half the duration, and ahead of the near end; each has a sequence of its own.
            for (int half = 2 * i; half < 2 * i + 2; half++) {
                arriving.add(new Frame()
                        .streamId(STREAM)
                        .epoch(1)
                        .sequence(half)
                        .samplesPerChannel(240)
                        .captureTimeNs(half * 5_000_000L)
                        .flags(FrameFlags.REFERENCE));
                arriving.getLast().buffer().putInt(arriving.getLast().pcmOffset(), 100 + half);
            }
            arriving.add(frame(i, 1).captureTimeNs(i * 10_000_000L));
        }

        runUntilIdle(agent);

        assertEquals(
                List.of(100, 102, 104, 106, 108),
                delivered.stream()
                        .map(frame -> frame.buffer().getInt(frame.pcmOffset()))
                        .toList());
        assertEquals(
                List.of(0L, 1L, 2L, 3L, 4L),
                delivered.stream().map(Frame::sequence).toList());
        assertEquals(10, count("microphone_reference_frames_total", "stage", "processor", "processor", "0"));
        assertEquals(0, count("microphone_gaps_total", "stage", "processor", "processor", "0"));
    }

    @Test
    void shouldNameTheFarEndThatIsMissing() {
        ProcessorAgent agent = agent(TestPlugins.answersWithReference());
        arriving.add(frame(0, 7).flags(FrameFlags.REFERENCE).captureTimeNs(0));
        arriving.add(frame(0, 7).flags(FrameFlags.REFERENCE).captureTimeNs(0));
        arriving.add(frame(0, 1).captureTimeNs(0));
        arriving.add(frame(1, 1).captureTimeNs(10_000_000));

        runUntilIdle(agent);

        assertEquals(
                List.of(7, 0),
                delivered.stream()
                        .map(frame -> frame.buffer().getInt(frame.pcmOffset()))
                        .toList());
        assertEquals(480, count("microphone_reference_samples_missing_total", "stage", "processor", "processor", "0"));
        assertEquals(1, dropped("duplicate_reference"));
    }

    @Test
    void shouldTakeAwayFlagsThatNoLongerHold() {
        ProcessorAgent agent = agent(TestPlugins.counts());
        Frame silent = new Frame().streamId(STREAM).epoch(1).sequence(0);
        silent.flags(FrameFlags.DUAL_MONO | FrameFlags.DIGITAL_SILENCE | FrameFlags.END_OF_STREAM);
        arriving.add(silent);

        runUntilIdle(agent);

        assertEquals(FrameFlags.END_OF_STREAM, delivered.get(0).flags());
    }

    @Test
    void shouldBoundTheNumberOfStreams() {
        ProcessorAgent agent = agent(chain(LIMITS), new ProcessorSettings(2, 1_000, 16, FaultPolicy.DEFAULT));
        for (int i = 0; i < 3; i++) {
            arriving.add(frame(0, 1).streamId(i));
        }

        runUntilIdle(agent);

        assertEquals(2, delivered.size());
        assertEquals(1, dropped("session_limit"));
    }

    @Test
    void shouldForgetStreamsThatAreIdleOrHaveEnded() {
        long minuteNs = 60_000_000_000L;
        ProcessorAgent agent = agent(
                chain(LIMITS, TestPlugins.passThrough()), new ProcessorSettings(10, minuteNs, 16, FaultPolicy.DEFAULT));
        arriving.add(frame(0, 1).streamId(1));
        arriving.add(frame(0, 1).streamId(2).flags(FrameFlags.END_OF_STREAM));
        runUntilIdle(agent);
        assertEquals(2, agent.sessionCount());

        nowNs = minuteNs / 2;
        runUntilIdle(agent);
        assertEquals(1, agent.sessionCount(), "the ended one is forgotten soon");
        nowNs = minuteNs;
        runUntilIdle(agent);
        assertEquals(0, agent.sessionCount());
        assertEquals(
                0,
                metrics.gauge("microphone_sessions", "stage", "processor", "processor", "0")
                        .get());
    }

    @Test
    void shouldAllocateNothingPerFrame() {
        Frame frame = frame(0, 1);
        long[] sequence = {0};
        for (PreparedChain chain : List.of(chain(LIMITS), chain(LIMITS, TestPlugins.inverts(), TestPlugins.counts()))) {
            ProcessorAgent agent = new ProcessorAgent(
                    "allocation",
                    (handler, limit) -> {
                        for (int i = 0; i < limit; i++) {
                            handler.onFrame(frame.sequence(sequence[0]++));
                        }
                        return limit;
                    },
                    processed -> true,
                    streamId -> chain,
                    ControlEventListener.NONE,
                    ProcessorSettings.defaults(),
                    watchdog,
                    metrics,
                    System::nanoTime);
            sequence[0] = 0;
            int cycles = 2_000;
            long frames = (long) cycles * ProcessorSettings.defaults().frameLimit();
            // What is allocated a frame is so in every round; what is only until the JIT is done, in the first ones.
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < 5 && allocated >= frames; round++) {
                long before = allocatedBytes();
                run(agent, cycles);
                allocated = allocatedBytes() - before;
            }

            assertTrue(allocated < frames, allocated + " bytes for " + frames + " frames");
            assertEquals(0, metrics.sum("microphone_plugin_errors_total"));
        }
    }

    private static void run(ProcessorAgent agent, int cycles) {
        for (int i = 0; i < cycles; i++) {
            agent.doWork();
        }
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
