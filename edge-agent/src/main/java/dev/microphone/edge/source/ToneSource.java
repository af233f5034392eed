package dev.microphone.edge.source;

import dev.microphone.edge.PcmFormat;
import dev.microphone.transport.frame.ClockQuality;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * A test signal, the same on every run and every machine: 32-bit float, equal in all channels.
 *
 * <p>Levels are in dBFS by AES17: a sine of full scale is 0 dBFS; noise has the RMS of a sine of that level.
 */
final class ToneSource implements AudioSource {
    /** What the signal is. */
    enum Wave {
        SINE(0),
        /** Equal power in every hertz. */
        WHITE(-18),
        /** Equal power in every octave, from about a hertz. */
        PINK(-18),
        SILENCE(0);

        private final double maxLevelDbfs;

        Wave(double maxLevelDbfs) {
            this.maxLevelDbfs = maxLevelDbfs;
        }

        /** Above this, peaks could leave full scale. */
        double maxLevelDbfs() {
            return maxLevelDbfs;
        }
    }

    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int PINK_ROWS = 16;
    /** Frequencies are held in mHz so that the phase is a ratio of whole numbers: it never drifts. */
    private static final long MILLI = 1_000;

    private static final long SEED = 48_000;

    private final PcmFormat format;
    private final Wave wave;
    private final long lengthSamples;
    private final long phaseStep;
    private final long phaseTurn;
    private final double amplitude;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final double[] pinkRows = new double[PINK_ROWS];
    private double pinkSum;
    private long phase;
    private long samples;
    private long firstSample;

    /**
     * @param frequencyHz of a sine, taken to the nearest mHz
     * @param lengthSamples of one channel, or {@link AudioSource#UNKNOWN_LENGTH} for no end
     */
    ToneSource(PcmFormat format, Wave wave, double frequencyHz, double levelDbfs, long lengthSamples) {
        this.format = format;
        this.wave = wave;
        this.lengthSamples = lengthSamples;
        this.phaseStep = Math.round(frequencyHz * MILLI);
        this.phaseTurn = format.sampleRateHz() * MILLI;
        double peak = Math.pow(10, levelDbfs / 20);
        // Uniform noise from −1 to 1 has an RMS of √(1/3); pink noise here is a sum of 17 such.
        this.amplitude = switch (wave) {
            case SINE -> peak;
            case WHITE -> peak * Math.sqrt(3.0 / 2);
            case PINK -> peak * Math.sqrt(3.0 / 2 / (PINK_ROWS + 1));
            case SILENCE -> 0;
        };
        for (int i = 0; i < PINK_ROWS; i++) {
            pinkRows[i] = uniform();
            pinkSum += pinkRows[i];
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        long wanted = length / format.blockLength();
        long left = lengthSamples == UNKNOWN_LENGTH ? wanted : Math.min(wanted, lengthSamples - samples);
        if (left == 0) {
            return -1;
        }
        firstSample = samples;
        int at = offset;
        for (long i = 0; i < left; i++) {
            float value = (float) (amplitude * next());
            for (int channel = 0; channel < format.channels(); channel++) {
                FLOAT.set(target, at, value);
                at += Float.BYTES;
            }
            samples++;
        }
        return at - offset;
    }

    private double next() {
        return switch (wave) {
            case SINE -> sine();
            case WHITE -> uniform();
            case PINK -> pink();
            case SILENCE -> 0;
        };
    }

    private double sine() {
        double value = Math.sin(2 * Math.PI * phase / phaseTurn);
        phase = (phase + phaseStep) % phaseTurn;
        return value;
    }

    private double uniform() {
        return random.nextDouble() * 2 - 1;
    }

    /** Voss and McCartney: row k changes every 2^k samples. See https://www.firstpr.com.au/dsp/pink-noise/. */
    private double pink() {
        int row = Long.numberOfTrailingZeros(samples + 1);
        if (row < PINK_ROWS) {
            double fresh = uniform();
            pinkSum += fresh - pinkRows[row];
            pinkRows[row] = fresh;
        }
        return pinkSum + uniform();
    }

    @Override
    public PcmFormat format() {
        return format;
    }

    @Override
    public long captureTimeNs() {
        return SampleTime.durationNs(firstSample, format.sampleRateHz());
    }

    @Override
    public ClockQuality clockQuality() {
        return ClockQuality.FILE_POSITION;
    }

    @Override
    public long lengthSamples() {
        return lengthSamples;
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
