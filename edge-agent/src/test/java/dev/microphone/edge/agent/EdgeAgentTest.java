package dev.microphone.edge.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeAgentTest {
    private static final StreamName STREAM = new StreamName("tenant/site/device/source");
    private static final int FRAME_SAMPLES = 960;
    private static final NormaliserSettings SETTINGS = NormaliserSettings.forFiles();

    private final Metrics metrics = new Metrics();
    private final FrameLog log = new FrameLog();
    private final List<Throwable> errors = new ArrayList<>();
    private final EdgeAgent agent = new EdgeAgent(log, metrics, errors::add, new BacklogLimits(200, 1_000_000));

    private void work() {
        try {
            agent.agent().doWork();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private StreamEnd runToEnd(CaptureSession session) {
        Await.until(() -> session.ended().isDone(), this::work);
        return session.ended().join();
    }

    @AfterEach
    void close() {
        agent.agent().onClose();
    }

    /** What {@link SteppedSource} delivers, filled up with zeros to whole frames. */
    private static byte[] expectedPcm(int samples) {
        int frames = (samples + FRAME_SAMPLES - 1) / FRAME_SAMPLES;
        ByteBuffer pcm = ByteBuffer.allocate(frames * FRAME_SAMPLES * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < samples; i++) {
            pcm.putShort((short) i).putShort((short) i);
        }
        return pcm.array();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 479, 480, 481, 959, 960, 961, 4_799, 4_800, 48_000})
    void shouldTurnAFileIntoItsFramesAndNotOneMore(int samples) {
        for (boolean lengthKnown : new boolean[] {true, false}) {
            log.frames.clear();
            SteppedSource source = new SteppedSource(false, samples, lengthKnown).allow(1_000);
            StreamEnd end = runToEnd(agent.start(STREAM, 7, source, SETTINGS));
            assertArrayEquals(expectedPcm(samples), log.pcm());
            long frames = log.frames.size();
            assertEquals(LongStream.range(0, frames).boxed().toList(), log.sequences());
            assertEquals(List.of(frames - 1), log.sequencesWith(FrameFlags.END_OF_STREAM));
            assertEquals(List.of(), log.sequencesWith(FrameFlags.GAP_BEFORE));
            assertEquals(new StreamEnd(STREAM, 7, frames, 0, null, List.of()), end);
            assertTrue(source.closed);
        }
    }

    @Test
    void shouldFillInTheHeader() {
        runToEnd(agent.start(STREAM, 7, SteppedSource.file(1_920).allow(10), SETTINGS));
        Frame second = log.frames.get(1);
        assertEquals(STREAM.streamId(), second.streamId());
        assertEquals(7, second.epoch());
        assertEquals(1, second.sequence());
        assertEquals(20_000_000L, second.captureTimeNs());
        assertEquals(ClockQuality.NTP, second.clockQuality());
        assertEquals(FRAME_SAMPLES, second.samplesPerChannel());
        assertEquals(0, second.keyId());
    }

    @Test
    void shouldMakeShorterFramesWhenAsked() {
        runToEnd(agent.start(STREAM, SteppedSource.file(960).allow(10), SETTINGS.withFrameMillis(5)));
        assertEquals(4, log.frames.size());
        assertEquals(240, log.last().samplesPerChannel());
        assertTrue(log.last().has(FrameFlags.END_OF_STREAM));
    }

    @Test
    void shouldHoldAFileBackAndLoseNothingWhenTheNextStageHasNoRoom() {
        int samples = 100 * FRAME_SAMPLES;
        SteppedSource source = SteppedSource.file(samples).allow(1_000);
        log.full = true;
        CaptureSession session = agent.start(STREAM, source, SETTINGS);
        // The queue, the chunk that waits for room in it, and what made up the first frame.
        Await.until(() -> source.reads == PcmQueue.CAPACITY + 3, this::work);
        for (int i = 0; i < 1_000; i++) {
            work();
        }
        assertEquals(PcmQueue.CAPACITY + 3, source.reads);
        log.full = false;
        assertEquals(0, runToEnd(session).droppedFrames());
        assertArrayEquals(expectedPcm(samples), log.pcm());
        assertEquals(0, metrics.sum("microphone_frames_dropped_total"));
    }

    @Test
    void shouldDropTheOldestFramesOfAMicrophoneAndShowTheGapWhenTheBacklogIsFull() {
        SteppedSource source = SteppedSource.microphone();
        CaptureSession session = agent.start(STREAM, source, SETTINGS);
        feed(source, 3);
        assertEquals(List.of(0L, 1L, 2L), log.sequences());
        log.full = true;
        // The backlog holds 200 ms, 10 frames.
        feed(source, 14);
        assertEquals(4, metrics.sum("microphone_frames_dropped_total"));
        log.full = false;
        feed(source, 1);
        session.stop();
        StreamEnd end = runToEnd(session);
        assertEquals(4, end.droppedFrames());
        List<Long> expected = new ArrayList<>(List.of(0L, 1L, 2L));
        LongStream.range(7, end.frames()).forEach(expected::add);
        assertEquals(expected, log.sequences());
        assertEquals(List.of(7L), log.sequencesWith(FrameFlags.GAP_BEFORE));
        assertEquals(List.of(end.frames() - 1), log.sequencesWith(FrameFlags.END_OF_STREAM));
    }

    /** Lets the source deliver so many frames' sound, and the agent take it in. */
    private void feed(SteppedSource source, int frames) {
        long processed = metrics.sum("microphone_frames_processed_total");
        for (int i = 1; i <= frames; i++) {
            source.allow(2);
            long expected = processed + i;
            Await.until(() -> metrics.sum("microphone_frames_processed_total") == expected, this::work);
        }
    }

    @Test
    void shouldMarkTheFrameBehindAnOverrun() {
        SteppedSource source = SteppedSource.microphone();
        agent.start(STREAM, source, SETTINGS);
        feed(source, 2);
        source.xruns = 1;
        feed(source, 2);
        assertEquals(List.of(2L), log.sequencesWith(FrameFlags.GAP_BEFORE));
    }

    @Test
    void shouldEndAMicrophoneWithASilentFrameWhenItStopsJustBehindAFrame() {
        SteppedSource source = SteppedSource.microphone();
        CaptureSession session = agent.start(STREAM, source, SETTINGS);
        feed(source, 2);
        session.stop();
        assertEquals(3, runToEnd(session).frames());
        Frame last = log.last();
        assertEquals(2, last.sequence());
        assertEquals(40_000_000L, last.captureTimeNs());
        assertEquals(FrameFlags.END_OF_STREAM | FrameFlags.DIGITAL_SILENCE | FrameFlags.DUAL_MONO, last.flags());
    }

    @Test
    void shouldEndTheStreamAndReportWhenTheSourceFails() {
        SteppedSource source = SteppedSource.microphone();
        CaptureSession session = agent.start(STREAM, source, SETTINGS);
        feed(source, 1);
        source.failing = true;
        source.allow(1);
        StreamEnd end = runToEnd(session);
        assertTrue(log.last().has(FrameFlags.END_OF_STREAM));
        assertEquals(
                List.of("stepped: was unplugged"),
                errors.stream().map(Throwable::getMessage).toList());
        assertEquals(errors.get(0), end.fault());
    }

    @Test
    void shouldCarryManyStreamsWithoutMixingThem() throws Exception {
        List<CaptureSession> sessions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            StreamName name = new StreamName("tenant/site/device/source" + i);
            sessions.add(agent.start(
                    name,
                    SourceUri.parse("tone:?pace=fast&rate=44100&seconds=1&hz=" + (100 + i))
                            .open(),
                    NormaliserSettings.defaults()));
        }
        for (CaptureSession session : sessions) {
            assertNull(runToEnd(session).fault());
            List<Long> sequences = log.frames.stream()
                    .filter(frame -> frame.streamId() == session.stream().streamId())
                    .map(Frame::sequence)
                    .toList();
            assertEquals(LongStream.range(0, 50).boxed().toList(), sequences);
        }
    }

    @Test
    void shouldSendTheFarEndAheadOfTheNearEndOfTheSameTime() {
        SteppedSource near = SteppedSource.file(48_000).allow(1_000);
        SteppedSource far = SteppedSource.file(48_000).allow(1_000);
        runToEnd(agent.start(STREAM, near, far, SETTINGS));
        long farEndNs = 0;
        long nearSequence = 0;
        long farSequence = 0;
        for (Frame frame : log.frames) {
            assertEquals(STREAM.streamId(), frame.streamId());
            assertEquals(log.frames.get(0).epoch(), frame.epoch());
            if (frame.has(FrameFlags.REFERENCE)) {
                assertEquals(farSequence++, frame.sequence());
                assertEquals(240, frame.samplesPerChannel());
                farEndNs = frame.captureTimeNs() + 5_000_000;
            } else {
                assertEquals(nearSequence++, frame.sequence());
                assertTrue(farEndNs >= frame.captureTimeNs() + 20_000_000, "near end " + frame.sequence() + " first");
            }
        }
        assertEquals(50, nearSequence);
        assertEquals(200, farSequence);
        assertEquals(0, metrics.sum("microphone_frames_dropped_total"));
    }

    @Test
    void shouldGoOnWithoutAFarEndThatFailsAndEndItWithTheMicrophone() {
        SteppedSource near = SteppedSource.file(9_600).allow(1_000);
        SteppedSource failing = SteppedSource.microphone().allow(1);
        failing.failing = true;
        assertEquals(10, runToEnd(agent.start(STREAM, near, failing, SETTINGS)).frames());
        assertEquals(
                List.of("stepped: was unplugged"),
                errors.stream().map(Throwable::getMessage).toList());

        SteppedSource silent = SteppedSource.microphone();
        SteppedSource microphone = SteppedSource.microphone();
        CaptureSession session = agent.start(STREAM, microphone, silent, SETTINGS);
        session.stop();
        assertEquals(1, runToEnd(session).frames());
        Await.until(() -> silent.closed, this::work);
    }

    @Test
    void shouldStopSourcesAndCompleteSessionsWhenClosed() {
        SteppedSource idle = SteppedSource.microphone();
        SteppedSource blocked = SteppedSource.file(100_000).allow(1_000);
        CaptureSession first = agent.start(STREAM, idle, SETTINGS);
        CaptureSession second = agent.start(STREAM, blocked, SETTINGS);
        log.full = true;
        Await.until(() -> blocked.reads > PcmQueue.CAPACITY, this::work);
        agent.agent().onClose();
        assertTrue(first.ended().isDone() && second.ended().isDone());
        assertTrue(idle.closed && blocked.closed);
        assertEquals(List.of(), errors);
        SteppedSource late = SteppedSource.microphone();
        assertThrows(IllegalStateException.class, () -> agent.start(STREAM, late, SETTINGS));
        assertTrue(late.closed);
    }

    @Test
    void shouldGiveEachRunALargerEpoch() {
        long now = System.currentTimeMillis() / 1_000;
        long first = EdgeAgent.nextEpoch(now * 1_000);
        long second = EdgeAgent.nextEpoch(now * 1_000);
        long afterClockWentBack = EdgeAgent.nextEpoch(0);
        assertTrue(first >= now && second > first && afterClockWentBack > second);
        assertFalse(afterClockWentBack > 0xFFFF_FFFFL);
    }

    @Test
    void shouldAllocateNothingPerFrame() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] frames = new long[1];
        EdgeAgent counting = new EdgeAgent(
                frame -> {
                    frames[0]++;
                    return true;
                },
                metrics,
                errors::add,
                BacklogLimits.defaults());
        counting.start(
                STREAM,
                new SteppedSource(false, Long.MAX_VALUE, false).allow(1_000_000),
                NormaliserSettings.defaults());
        try {
            run(counting, frames, 3_000);
            long before = threads.getCurrentThreadAllocatedBytes();
            run(counting, frames, 13_000);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 10_000, allocated + " bytes in 10,000 frames");
        } finally {
            counting.agent().onClose();
        }
    }

    private static void run(EdgeAgent counting, long[] frames, long until) {
        try {
            while (frames[0] < until) {
                counting.agent().doWork();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
