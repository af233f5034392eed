package dev.microphone.edge.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawSourceTest extends AudioSourceContractTest {
    private static final PcmFormat FORMAT = new PcmFormat(48_000, 2, SampleEncoding.S24);

    /** Hands over a few bytes at a time, as a pipe may. */
    private static final class Dribble implements ReadableByteChannel {
        private final byte[] bytes;
        private final int most;
        private int position;

        Dribble(byte[] bytes, int most) {
            this.bytes = bytes;
            this.most = most;
        }

        @Override
        public int read(ByteBuffer target) {
            int count = Math.min(Math.min(most, target.remaining()), bytes.length - position);
            target.put(bytes, position, count);
            position += count;
            return count == 0 ? -1 : count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static byte[] bytes(int blocks) {
        byte[] bytes = new byte[blocks * FORMAT.blockLength()];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    private static RawSource source(byte[] bytes, int most) {
        return new RawSource("stdin", FORMAT, false, new Dribble(bytes, most), () -> 1_000_000_000L);
    }

    @Override
    AudioSource open() {
        return source(bytes(1_100), 7);
    }

    @Override
    AudioSource openLong() {
        return source(bytes(13_000), 4_000);
    }

    @Test
    void shouldDeliverAllBytesInOrderHoweverTheyArrive() throws SourceException {
        for (int most : new int[] {1, 5, 6, 4_096, 100_000}) {
            try (RawSource source = source(bytes(5_000), most)) {
                assertArrayEquals(bytes(5_000), Pcm.readAll(source, 1_000));
                assertEquals(List.of(), source.warnings());
            }
        }
    }

    @Test
    void shouldSaySoWhenItEndsInsideASample() throws SourceException {
        try (RawSource source = source(new byte[6 * 4 + 5], 10)) {
            assertEquals(24, Pcm.readAll(source, 1_000).length);
            assertEquals(
                    List.of("stdin: ended inside a sample: the last 5 bytes of a block of 6 were left out"),
                    source.warnings());
        }
    }

    @Test
    void shouldRefuseAWavHeader() {
        try (RawSource source = source("RIFF....WAVEfmt ".getBytes(StandardCharsets.US_ASCII), 1)) {
            SourceException refusal = assertThrows(SourceException.class, () -> source.read(new byte[60], 0, 60));
            assertEquals(
                    "stdin: begins with 'RIFF', a WAV header: allowed is raw PCM (ffmpeg: -f s16le, sox: -t raw)",
                    refusal.getMessage());
        }
    }

    @Test
    void shouldCountOnFromTheFirstSample() throws SourceException {
        try (RawSource source = source(new byte[6 * 960], 6 * 480)) {
            source.read(new byte[6 * 240], 0, 6 * 240);
            assertEquals(990_000_000L, source.captureTimeNs());
            source.read(new byte[6 * 240], 0, 6 * 240);
            assertEquals(995_000_000L, source.captureTimeNs());
            source.read(new byte[6 * 240], 0, 6 * 240);
            assertEquals(1_000_000_000L, source.captureTimeNs());
        }
    }

    @Test
    void shouldDateByArrivalAndNeverGoBackWhenTheWriterIsLive() throws SourceException {
        AtomicLong nowNs = new AtomicLong(1_000_000_000L);
        Dribble pipe = new Dribble(new byte[6 * 4_800], 6 * 480);
        try (RawSource source = new RawSource("stdin", FORMAT, true, pipe, nowNs::get)) {
            byte[] target = new byte[6 * 480];
            source.read(target, 0, target.length);
            assertEquals(990_000_000L, source.captureTimeNs());
            nowNs.set(1_500_000_000L);
            source.read(target, 0, target.length);
            assertEquals(1_490_000_000L, source.captureTimeNs());
            nowNs.set(1_400_000_000L);
            source.read(target, 0, target.length);
            assertEquals(1_490_000_000L, source.captureTimeNs());
        }
    }

    @Test
    void shouldStopWaitingWhenItsThreadIsInterrupted(@TempDir Path folder) throws IOException, InterruptedException {
        SystemTool mkfifo = SystemTool.orSkip("mkfifo");
        Path pipe = folder.resolve("pipe");
        mkfifo.run(pipe.toString());
        ArrayBlockingQueue<Integer> result = new ArrayBlockingQueue<>(1);
        // Open for both, so that neither opening nor reading sees an end.
        try (FileChannel channel = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
                RawSource source = new RawSource("stdin", FORMAT, false, channel)) {
            Thread reader = new Thread(() -> {
                try {
                    result.add(source.read(new byte[60], 0, 60));
                } catch (SourceException e) {
                    result.add(Integer.MIN_VALUE);
                }
            });
            reader.start();
            reader.interrupt();
            assertEquals(-1, result.poll(10, TimeUnit.SECONDS));
            reader.join();
            assertFalse(channel.isOpen());
            assertTrue(source.warnings().isEmpty());
        }
    }
}
