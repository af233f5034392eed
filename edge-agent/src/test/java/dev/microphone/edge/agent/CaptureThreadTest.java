package dev.microphone.edge.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CaptureThreadTest {
    private static final int CHUNK_SAMPLES = 480;

    private final Metrics metrics = new Metrics();
    private final PcmQueue queue = new PcmQueue(SteppedSource.FORMAT);
    private CaptureThread capture;

    private void start(SteppedSource source) {
        capture = new CaptureThread(new StreamName("a/b/c/d"), SignalRole.NEAR_END, source, queue, metrics);
        capture.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        capture.abandon();
        assertTrue(capture.join(10_000));
    }

    private PcmChunk take() {
        PcmChunk[] taken = new PcmChunk[1];
        Await.until(() -> taken[0] != null, () -> taken[0] = queue.poll());
        return taken[0];
    }

    private static int firstSample(PcmChunk chunk) {
        return (chunk.pcm[0] & 0xff) | chunk.pcm[1] << 8;
    }

    @Test
    void shouldQueueWhatItReadsWithItsTime() {
        start(SteppedSource.microphone().allow(2));
        PcmChunk first = take();
        assertEquals(CHUNK_SAMPLES * 4, first.lengthBytes);
        assertEquals(0, firstSample(first));
        PcmChunk second = take();
        assertEquals(CHUNK_SAMPLES, firstSample(second));
        assertEquals(10_000_000L, second.captureTimeNs);
        assertEquals(ClockQuality.NTP, second.clockQuality);
        assertFalse(second.gapBefore || second.last);
    }

    @Test
    void shouldDropTheNewestCountItAndMarkTheGapWhenALiveSourceFindsNoRoom() {
        SteppedSource source = SteppedSource.microphone().allow(PcmQueue.CAPACITY + 3);
        start(source);
        Await.until(() -> metrics.sum("microphone_samples_dropped_total") == 3 * CHUNK_SAMPLES);
        assertEquals(100, queue.utilisationPercent());
        for (int i = 0; i < PcmQueue.CAPACITY; i++) {
            PcmChunk chunk = take();
            assertEquals(i * CHUNK_SAMPLES, firstSample(chunk));
            assertFalse(chunk.gapBefore);
            queue.release(chunk);
        }
        source.allow(2);
        PcmChunk behindGap = take();
        assertTrue(behindGap.gapBefore);
        assertEquals((PcmQueue.CAPACITY + 3) * CHUNK_SAMPLES, firstSample(behindGap));
        assertFalse(take().gapBefore);
        assertEquals(1, metrics.sum("microphone_gaps_total"));
    }

    @Test
    void shouldWaitAndLoseNothingWhenTheSourceCanWait() {
        int chunks = 3 * PcmQueue.CAPACITY;
        SteppedSource source = SteppedSource.file((long) chunks * CHUNK_SAMPLES).allow(chunks);
        start(source);
        Await.until(() -> source.reads == PcmQueue.CAPACITY + 1 && queue.utilisationPercent() == 100);
        for (int i = 0; i < chunks; i++) {
            PcmChunk chunk = take();
            assertEquals((short) (i * CHUNK_SAMPLES), firstSample(chunk));
            assertFalse(chunk.gapBefore);
            assertEquals(i == chunks - 1, chunk.last);
            queue.release(chunk);
        }
        assertEquals(0, metrics.sum("microphone_samples_dropped_total"));
    }

    @Test
    void shouldMarkTheLastChunkWhenTheLengthIsNotKnown() {
        start(new SteppedSource(false, 2 * CHUNK_SAMPLES, false).allow(3));
        assertFalse(take().last);
        PcmChunk last = take();
        assertTrue(last.last);
        assertEquals(CHUNK_SAMPLES * 4, last.lengthBytes);
    }

    @Test
    void shouldCountOverrunsAndMarkTheGap() {
        SteppedSource source = SteppedSource.microphone().allow(1);
        start(source);
        assertFalse(take().gapBefore);
        source.xruns = 2;
        source.allow(2);
        assertTrue(take().gapBefore);
        assertFalse(take().gapBefore);
        assertEquals(2, metrics.sum("microphone_xruns_total"));
        assertEquals(1, metrics.sum("microphone_gaps_total"));
    }

    @Test
    void shouldEndWithTheFaultWhenTheSourceFails() {
        SteppedSource source = SteppedSource.microphone().allow(1);
        start(source);
        assertFalse(take().last);
        source.failing = true;
        source.allow(1);
        PcmChunk last = take();
        assertTrue(last.last);
        assertEquals(0, last.lengthBytes);
        Exception fault = capture.fault();
        assertNotNull(fault);
        assertEquals("stepped: was unplugged", fault.getMessage());
        assertTrue(source.closed);
    }

    @Test
    void shouldEndWithoutFaultWhenStoppedWhileTheSourceWaits() {
        SteppedSource source = SteppedSource.microphone();
        start(source);
        capture.stop();
        assertTrue(take().last);
        assertNull(capture.fault());
        assertTrue(source.closed);
    }

    @Test
    void shouldAllocateNothingPerRead() {
        SteppedSource source = SteppedSource.microphone();
        start(source);
        long before = readAllocatedAfter(source, 5_000);
        long after = readAllocatedAfter(source, 10_000);
        assertTrue(after - before < 10_000, (after - before) + " bytes in 10,000 reads");
    }

    private long readAllocatedAfter(SteppedSource source, int reads) {
        for (int i = 0; i < reads; i += PcmQueue.CAPACITY) {
            source.allow(PcmQueue.CAPACITY);
            for (int k = 0; k < PcmQueue.CAPACITY; k++) {
                queue.release(take());
            }
        }
        return source.allocatedBytes;
    }
}
