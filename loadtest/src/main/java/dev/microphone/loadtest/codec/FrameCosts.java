package dev.microphone.loadtest.codec;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFault;
import dev.microphone.transport.frame.GapDetector;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What JMH runs, in a JVM of its own: one frame of 20 ms at a time. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameCosts {
    private final Frame outgoing = new Frame();
    private final Frame incoming = new Frame();
    private final GapDetector gapDetector = new GapDetector();
    private final UnsafeBuffer wire = new UnsafeBuffer(new byte[Frame.MAX_LENGTH]);
    private final byte[] copy = new byte[Frame.MAX_LENGTH];
    private long sequence;

    public FrameCosts() {
        byte[] pcm = new byte[outgoing.pcmLength()];
        new Random(1).nextBytes(pcm);
        System.arraycopy(pcm, 0, outgoing.bytes(), outgoing.pcmOffset(), pcm.length);
        outgoing.seal();
        wire.putBytes(0, outgoing.bytes(), 0, outgoing.length());
    }

    /** The yardstick: the same bytes copied once. */
    @Benchmark
    public byte[] copy() {
        wire.getBytes(0, copy, 0, outgoing.length());
        return copy;
    }

    @Benchmark
    public Frame seal() {
        return outgoing.sequence(sequence++).seal();
    }

    /** Takes the bytes in and verifies header and checksum. */
    @Benchmark
    public FrameFault decode() {
        return incoming.decode(wire, 0, outgoing.length());
    }

    @Benchmark
    public GapDetector.Verdict detectGaps() {
        GapDetector.Verdict verdict = gapDetector.classify(1, sequence);
        gapDetector.accept(1, sequence++);
        return verdict;
    }
}
