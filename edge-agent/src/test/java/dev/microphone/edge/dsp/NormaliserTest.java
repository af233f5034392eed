package dev.microphone.edge.dsp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import dev.microphone.transport.frame.FrameFlags;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormaliserTest {
    private static final PcmFormat CANONICAL = new PcmFormat(48_000, 2, SampleEncoding.S16);
    private static final NormaliserSettings FILES = NormaliserSettings.forFiles();

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static void assertBothSidesEqual(byte[] audio) {
        assertArrayEquals(Signals.channel(audio, 0), Signals.channel(audio, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 10, 20})
    void shouldPassCanonicalAudioThroughBitForBit(int frameMillis) {
        byte[] pcm = randomBytes(192 * 250);
        Recording recording = Recording.of(CANONICAL, FILES.withFrameMillis(frameMillis), pcm);
        assertArrayEquals(pcm, Arrays.copyOf(recording.audio(), pcm.length));
        assertEquals(192 * frameMillis, recording.lengths.get(0));
        assertEquals(0, recording.flags.get(0));
    }

    @Test
    void shouldPassMonoOf16BitsThroughBitForBitOnBothSides() {
        byte[] pcm = randomBytes(96 * 40);
        Recording recording = Recording.of(new PcmFormat(48_000, 1, SampleEncoding.S16), FILES, pcm);
        byte[] audio = recording.audio();
        for (int i = 0; i < pcm.length; i++) {
            assertEquals(pcm[i], audio[i / 2 * 4 + i % 2]);
        }
        assertBothSidesEqual(audio);
        assertEquals(List.of(FrameFlags.DUAL_MONO, FrameFlags.DUAL_MONO), recording.flags);
    }

    @Test
    void shouldPassTheChosenChannelThroughBitForBit() {
        byte[] pcm = randomBytes(192 * 20);
        byte[] audio = Recording.of(CANONICAL, FILES.withChannelMapping(ChannelMapping.only(2)), pcm)
                .audio();
        assertArrayEquals(Signals.channel(pcm, 1), Signals.channel(audio, 0));
        assertBothSidesEqual(audio);
    }

    /** Everything on: resampling, offset, gain, limiter, dither. Half the work, and the same on both sides. */
    @ParameterizedTest
    @ValueSource(ints = {16_000, 44_100, 48_000, 96_000, 44_101})
    void shouldMakeDualMonoOfMonoWithAllStagesOn(int rateHz) {
        byte[] pcm = Signals.f32(Signals.noise(rateHz, -20, 1));
        Recording recording =
                Recording.of(new PcmFormat(rateHz, 1, SampleEncoding.F32), NormaliserSettings.defaults(), pcm);
        assertBothSidesEqual(recording.audio());
        for (int flags : recording.flags) {
            assertEquals(FrameFlags.DUAL_MONO, flags);
        }
    }

    @ParameterizedTest
    @CsvSource({"8000, 1", "11025, 2", "44100, 2", "48000, 6", "96000, 2", "192000, 8", "8001, 1"})
    void shouldKeepLengthAndPlaceOfWhatComesIn(int rateHz, int channels) {
        float[] tone = Signals.sine(440, rateHz, rateHz / 2 + 17, 0.25);
        float[][] sent = new float[channels][];
        Arrays.fill(sent, tone);
        NormaliserSettings settings = NormaliserSettings.defaults().withDcBlocker(false);
        PcmFormat format = new PcmFormat(rateHz, channels, SampleEncoding.F32);
        byte[] audio = Recording.of(format, settings, Signals.f32(sent)).audio();
        long samples = Resampler.outputSamples(tone.length, rateHz);
        assertEquals((samples + 959) / 960 * 3_840, audio.length);
        float[] left = Signals.channel(audio, 0);
        float[] ideal = Signals.sine(440, 48_000, left.length, 0.25);
        for (int i = 2_000; i < samples - 2_000; i++) {
            assertEquals(ideal[i], left[i], 2.1 / 32768);
        }
        for (int i = (int) samples; i < left.length; i++) {
            assertEquals(0, left[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({"44100, S24, 2", "48000, S16, 2", "8000, U8, 1", "96000, F64, 6", "44101, S32, 1"})
    void shouldGiveTheSameBitsHoweverTheInputIsCut(int rateHz, SampleEncoding encoding, int channels) {
        PcmFormat format = new PcmFormat(rateHz, channels, encoding);
        byte[] pcm = randomBytes(rateHz / 3 * format.blockLength() + 1);
        for (NormaliserSettings settings : List.of(NormaliserSettings.defaults(), FILES)) {
            byte[] whole = Recording.of(format, settings, pcm).audio();
            Normaliser normaliser = new Normaliser(format, settings);
            Recording recording = new Recording();
            Random random = new Random(3);
            for (int at = 0; at < pcm.length; ) {
                int count = Math.min(pcm.length - at, random.nextInt(700));
                normaliser.process(pcm, at, count, 0, recording);
                at += count;
            }
            normaliser.finish(recording);
            assertArrayEquals(whole, recording.audio());
            assertEquals(format.blockLength() == 1 ? 0 : 1, normaliser.cutOffBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 44_100, 48_000, 192_000})
    void shouldGiveEachFrameTheTimeOfItsFirstSample(int rateHz) {
        PcmFormat format = new PcmFormat(rateHz, 2, SampleEncoding.S16);
        Normaliser normaliser = new Normaliser(format, NormaliserSettings.defaults());
        Recording recording = new Recording();
        long epochNs = 1_700_000_000_000_000_000L;
        // Buffers of 10 ms, whose clock runs 100 ppm fast.
        int bufferBytes = rateHz / 100 * 4;
        for (int i = 0; i < 220; i++) {
            normaliser.process(new byte[bufferBytes], 0, bufferBytes, epochNs + i * 10_001_000L, recording);
        }
        for (int frame = 0; frame < recording.captureTimesNs.size(); frame++) {
            long expectedNs = epochNs + frame * 20_002_000L;
            assertTrue(Math.abs(recording.captureTimesNs.get(frame) - expectedNs) <= 1_000);
        }
        assertTrue(recording.captureTimesNs.size() >= 103);
    }

    @ParameterizedTest
    @CsvSource({"48000, false", "48000, true", "44100, true", "8000, true", "96000, false", "44101, true"})
    void shouldBeAsLateAsItStates(int rateHz, boolean live) {
        NormaliserSettings settings = (live ? NormaliserSettings.defaults() : FILES).withFrameMillis(5);
        Normaliser normaliser = new Normaliser(new PcmFormat(rateHz, 2, SampleEncoding.S16), settings);
        Recording recording = new Recording();
        normaliser.process(new byte[rateHz * 4], 0, rateHz * 4, 0, recording);
        int missing = 48_000 - recording.audio().length / 4;
        assertTrue(missing >= normaliser.delaySamples() - 1 && missing <= normaliser.delaySamples() + 240);
    }

    @Test
    void shouldDitherExactlyWhereBitsAreLost() {
        float[] x = Signals.sine(997, 48_000, 48_000, 0.5);
        byte[] s16 = Signals.s16(x, x);
        assertArrayEquals(s16, Recording.of(CANONICAL, FILES, s16).audio());
        byte[] f32 = Signals.f32(x, x);
        PcmFormat floats = new PcmFormat(48_000, 2, SampleEncoding.F32);
        assertArrayEquals(
                s16, Recording.of(floats, FILES.withDither(false), f32).audio());
        byte[] dithered = Recording.of(floats, FILES, f32).audio();
        assertNotEquals(Arrays.hashCode(s16), Arrays.hashCode(dithered));
        SineFit fit = SineFit.of(Signals.channel(dithered, 0), 0, 48_000, 997, 48_000);
        assertEquals(10 * Math.log10(0.25 / 32768 / 32768), 10 * Math.log10(fit.residualPower()), 0.2);
    }

    @Test
    void shouldFlagAndKeepDigitalSilence() {
        PcmFormat format = new PcmFormat(44_100, 1, SampleEncoding.S24);
        Recording recording = Recording.of(format, NormaliserSettings.defaults(), new byte[44_100 * 3]);
        assertArrayEquals(new byte[192_000], recording.audio());
        for (int flags : recording.flags) {
            assertEquals(FrameFlags.DUAL_MONO | FrameFlags.DIGITAL_SILENCE, flags);
        }
    }

    @Test
    void shouldNeverClipWithTheGainControlOn() {
        byte[] pcm = Signals.f32(Signals.noise(96_000, 12, 1));
        PcmFormat format = new PcmFormat(48_000, 1, SampleEncoding.F32);
        Normaliser normaliser = new Normaliser(format, NormaliserSettings.defaults());
        Recording recording = new Recording();
        normaliser.process(pcm, 0, pcm.length, 0, recording);
        normaliser.finish(recording);
        assertEquals(0, normaliser.clippedSamples());
        double ceiling = Math.pow(10, AgcSettings.PEAK_CEILING_DBFS / 20);
        for (float sample : Signals.channel(recording.audio(), 0)) {
            assertTrue(Math.abs(sample) <= ceiling);
        }
    }

    @Test
    void shouldLeavePeaksAloneWithTheGainControlOff() {
        byte[] pcm = Signals.s16(Signals.sine(997, 48_000, 48_000, 0.999), Signals.sine(97, 48_000, 48_000, 0.999));
        assertArrayEquals(pcm, Recording.of(CANONICAL, FILES, pcm).audio());
    }

    @ParameterizedTest
    @CsvSource({"48000, S16, 2, false", "44100, S24, 2, true", "16000, S16, 1, true", "8001, F32, 1, true"})
    void shouldAllocateNothing(int rateHz, SampleEncoding encoding, int channels, boolean live) {
        PcmFormat format = new PcmFormat(rateHz, channels, encoding);
        Normaliser normaliser = new Normaliser(format, live ? NormaliserSettings.defaults() : FILES);
        byte[] pcm = new byte[rateHz / 50 * format.blockLength()];
        new Random(1).nextBytes(pcm);
        long[] sum = new long[1];
        CanonicalFrameHandler out = (s16le, offset, lengthBytes, flags, captureTimeNs) -> sum[0] += s16le[offset];
        Runnable frames = () -> {
            for (int i = 0; i < 2_000; i++) {
                normaliser.process(pcm, 0, pcm.length, i * 20_000_000L, out);
            }
        };
        frames.run();
        long bytes = Allocation.of(frames);
        assertTrue(bytes < 2_000, () -> bytes + " bytes in 2,000 frames");
    }

    /** The whole system has 128 KB for a further stream; this is the normaliser's share. Tables are shared. */
    @ParameterizedTest
    @CsvSource({"48000, 2, false, 12000", "48000, 2, true, 36000", "44100, 2, true, 40000", "8000, 1, true, 40000"})
    void shouldNeedLittleMemoryForAFurtherStream(int rateHz, int channels, boolean live, int limit) {
        PcmFormat format = new PcmFormat(rateHz, channels, SampleEncoding.S16);
        NormaliserSettings settings = live ? NormaliserSettings.defaults() : FILES;
        List<Normaliser> kept = new ArrayList<>();
        kept.add(new Normaliser(format, settings));
        long bytes = Allocation.of(() -> kept.add(new Normaliser(format, settings)));
        assertTrue(bytes <= limit, () -> bytes + " bytes");
    }

    @Test
    void shouldRefuseInputAfterTheEndAndEndOnlyOnce() {
        Normaliser normaliser = new Normaliser(CANONICAL, FILES);
        Recording recording = new Recording();
        normaliser.process(new byte[8], 0, 8, 0, recording);
        normaliser.finish(recording);
        normaliser.finish(recording);
        assertEquals(List.of(3_840), recording.lengths);
        assertThrows(IllegalStateException.class, () -> normaliser.process(new byte[4], 0, 4, 0, recording));
    }

    @Test
    void shouldGiveNothingWhenNothingCameIn() {
        Recording recording = Recording.of(new PcmFormat(44_100, 2, SampleEncoding.S16), FILES, new byte[3]);
        assertEquals(0, recording.audio().length);
    }
}
