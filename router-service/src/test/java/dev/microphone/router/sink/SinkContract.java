package dev.microphone.router.sink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.microphone.router.Frames;
import dev.microphone.router.SinkContexts;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every sink does. Each one's test extends this. */
public abstract class SinkContract {
    protected final SinkContexts contexts = new SinkContexts();
    protected final long first = contexts.stream("acme/lab/desk/first");
    protected final long second = contexts.stream("acme/lab/desk/second");

    /** Opens the sink, ready to deliver both streams. */
    protected abstract Sink open() throws Exception;

    /** The samples that arrived of that stream, after the sink was closed. */
    protected abstract byte[] delivered(String streamName, int lengthBytes) throws Exception;

    @Test
    void shouldDeliverEverySampleInOrderWhenFramesFollowEachOther() throws Exception {
        Sink sink = open();
        for (long sequence = 0; sequence < 40; sequence++) {
            sink.onFrame(Frames.frame(first, 1, sequence));
        }
        sink.close();

        byte[] expected = pcm(first, 40);
        assertArrayEquals(expected, delivered("acme/lab/desk/first", expected.length));
        assertNull(sink.fault());
        assertEquals(List.of(), contexts.messages);
    }

    @Test
    void shouldHaveCopiedTheFrameWhenTheCallReturns() throws Exception {
        Sink sink = open();
        for (long sequence = 0; sequence < 10; sequence++) {
            Frame frame = Frames.frame(first, 1, sequence);
            sink.onFrame(frame);
            Arrays.fill(frame.bytes(), frame.pcmOffset(), frame.length(), (byte) 0x55);
        }
        sink.close();

        byte[] expected = pcm(first, 10);
        assertArrayEquals(expected, delivered("acme/lab/desk/first", expected.length));
    }

    @Test
    void shouldKeepStreamsApartWhenTheirFramesInterleave() throws Exception {
        Sink sink = open();
        for (long sequence = 0; sequence < 12; sequence++) {
            sink.onFrame(Frames.frame(first, 1, sequence));
            sink.onFrame(Frames.frame(second, 1, sequence));
            if (sequence == 5) {
                sink.flush();
            }
        }
        sink.close();

        byte[] expected = pcm(first, 12);
        assertArrayEquals(expected, delivered("acme/lab/desk/first", expected.length));
        assertArrayEquals(pcm(second, 12), delivered("acme/lab/desk/second", expected.length));
    }

    @Test
    void shouldDeliverTheLastFrameWhenItEndsTheStream() throws Exception {
        Sink sink = open();
        sink.onFrame(Frames.frame(first, 1, 0));
        Frame last = Frames.frame(first, 1, 1);
        sink.onFrame(last.flags(FrameFlags.END_OF_STREAM).seal());
        sink.close();

        byte[] expected = pcm(first, 2);
        assertArrayEquals(expected, delivered("acme/lab/desk/first", expected.length));
    }

    @Test
    void shouldFlushAndCloseWhenNoFrameEverCame() throws Exception {
        Sink sink = open();

        sink.flush();
        sink.close();

        assertNull(sink.fault());
    }

    protected static byte[] pcm(long streamId, int frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (long sequence = 0; sequence < frames; sequence++) {
            all.writeBytes(Frames.pcm(streamId, 1, sequence));
        }
        return all.toByteArray();
    }
}
