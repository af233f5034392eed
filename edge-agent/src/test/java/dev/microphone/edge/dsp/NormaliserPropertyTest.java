package dev.microphone.edge.dsp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.FrameFlags;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Any format, any bytes, cut anywhere: canonical frames come out, or a typed error before the first byte. */
class NormaliserPropertyTest {
    private static final int CASES_PER_SEED = 12;
    private static final int[] USUAL_RATES_HZ = {
        8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000
    };

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldGiveCanonicalFramesOrATypedErrorWhateverComesIn(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES_PER_SEED; i++) {
            PcmFormat format = anyFormat(random);
            NormaliserSettings settings = anySettings(random);
            if (settings.channelMapping().chosenChannel() > format.channels()) {
                assertThrows(IllegalArgumentException.class, () -> new Normaliser(format, settings));
            } else {
                feed(format, settings, random);
            }
        }
    }

    private static PcmFormat anyFormat(Random random) {
        int rateHz = random.nextInt(3) == 0
                ? 8_000 + random.nextInt(184_001)
                : USUAL_RATES_HZ[random.nextInt(USUAL_RATES_HZ.length)];
        SampleEncoding[] encodings = SampleEncoding.values();
        int mask = random.nextBoolean() ? 0 : random.nextInt();
        return new PcmFormat(rateHz, 1 + random.nextInt(8), encodings[random.nextInt(encodings.length)], mask);
    }

    private static NormaliserSettings anySettings(Random random) {
        return new NormaliserSettings(
                new int[] {5, 10, 20}[random.nextInt(3)],
                random.nextInt(4) == 0 ? ChannelMapping.only(1 + random.nextInt(8)) : ChannelMapping.AUTO,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextLong(),
                random.nextBoolean() ? AgcSettings.on() : AgcSettings.off());
    }

    private static void feed(PcmFormat format, NormaliserSettings settings, Random random) {
        Normaliser normaliser = new Normaliser(format, settings);
        Check check = new Check(settings);
        long fedBytes = 0;
        byte[] buffer = new byte[4_096 + 16];
        for (int call = 0; call < 25; call++) {
            fill(buffer, random);
            int offset = random.nextInt(16);
            int length = random.nextInt(4_097);
            normaliser.process(buffer, offset, length, random.nextLong() >> 8, check);
            fedBytes += length;
        }
        normaliser.finish(check);
        long blocks = fedBytes / format.blockLength();
        assertEquals(fedBytes % format.blockLength(), normaliser.cutOffBytes());
        long samples = Resampler.outputSamples(blocks, format.sampleRateHz());
        int perFrame = CanonicalAudio.samplesPerChannel(settings.frameMillis());
        assertEquals((samples + perFrame - 1) / perFrame, check.frames, format + " " + settings);
        if (settings.agc().enabled()) {
            assertEquals(0, normaliser.clippedSamples());
        }
    }

    /** Random bytes (floats of any size, not-a-numbers, infinities), a sine with flipped bits, constants, silence. */
    private static void fill(byte[] buffer, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> random.nextBytes(buffer);
            case 1 -> {
                byte[] sine = Signals.f32(Signals.sine(997, 48_000, buffer.length / 4, 1));
                System.arraycopy(sine, 0, buffer, 0, sine.length);
                for (int flips = 0; flips < 50; flips++) {
                    buffer[random.nextInt(buffer.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 2 -> Arrays.fill(buffer, (byte) random.nextInt());
            default -> Arrays.fill(buffer, (byte) 0);
        }
    }

    private static final class Check implements CanonicalFrameHandler {
        private static final double CEILING = Math.pow(10, AgcSettings.PEAK_CEILING_DBFS / 20) * 32768;

        private final NormaliserSettings settings;
        private long frames;

        Check(NormaliserSettings settings) {
            this.settings = settings;
        }

        @Override
        public void onAudio(byte[] s16le, int offset, int lengthBytes, int flags, long captureTimeNs) {
            frames++;
            assertEquals(CanonicalAudio.samplesPerChannel(settings.frameMillis()) * 4, lengthBytes);
            boolean silent = true;
            for (int i = offset; i < offset + lengthBytes; i += 4) {
                int left = (short) ((s16le[i] & 0xFF) | s16le[i + 1] << 8);
                int right = (short) ((s16le[i + 2] & 0xFF) | s16le[i + 3] << 8);
                silent &= left == 0 && right == 0;
                if ((flags & FrameFlags.DUAL_MONO) != 0) {
                    assertEquals(left, right);
                }
                if (settings.agc().enabled()) {
                    assertTrue(Math.max(Math.abs(left), Math.abs(right)) <= CEILING);
                }
            }
            assertEquals(silent, (flags & FrameFlags.DIGITAL_SILENCE) != 0);
        }
    }
}
