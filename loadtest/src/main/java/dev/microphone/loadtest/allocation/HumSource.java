package dev.microphone.loadtest.allocation;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import dev.microphone.edge.source.AudioSource;
import dev.microphone.transport.frame.ClockQuality;

/** Sound without end and without a clock: as fast as it is read, so that warm-up takes seconds and not minutes. */
final class HumSource implements AudioSource {
    /** A rate and a sample format that put every stage of the normaliser to work. */
    private static final PcmFormat FORMAT = new PcmFormat(44_100, 1, SampleEncoding.S32);

    private static final double STEP = 2 * Math.PI * 220 / FORMAT.sampleRateHz();

    private double phase;
    private long samples;
    private long firstSampleOfLastRead;
    private volatile boolean closed;

    @Override
    public PcmFormat format() {
        return FORMAT;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (closed) {
            return -1;
        }
        firstSampleOfLastRead = samples;
        int blocks = length / FORMAT.blockLength();
        for (int i = 0; i < blocks; i++) {
            int sample = (int) (0x1000_0000 * Math.sin(phase));
            phase = phase > 2 * Math.PI ? phase + STEP - 2 * Math.PI : phase + STEP;
            int at = offset + i * FORMAT.blockLength();
            target[at] = (byte) sample;
            target[at + 1] = (byte) (sample >> 8);
            target[at + 2] = (byte) (sample >> 16);
            target[at + 3] = (byte) (sample >> 24);
        }
        samples += blocks;
        return blocks * FORMAT.blockLength();
    }

    @Override
    public long captureTimeNs() {
        return firstSampleOfLastRead * 1_000_000_000L / FORMAT.sampleRateHz();
    }

    @Override
    public ClockQuality clockQuality() {
        return ClockQuality.FILE_POSITION;
    }

    @Override
    public void close() {
        closed = true;
    }
}
