package dev.microphone.edge.dsp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AutomaticGainTest {
    private static final int SECONDS = 24;
    private static final int SENTENCE = 2 * 48_000;
    private static final int LAST_SENTENCE = (SECONDS - 3) * 48_000;

    private static float[] control(float[] x, AgcSettings settings) {
        float[][] planes = {x.clone()};
        new AutomaticGain(settings).process(planes, x.length);
        return planes[0];
    }

    @ParameterizedTest
    @ValueSource(doubles = {-45, -35, -26, -20, -14, -8})
    void shouldBringSpeechToTheTarget(double activeDbfs) {
        float[] y = control(Signals.sentences(SECONDS, activeDbfs, -85, 1), AgcSettings.on());
        assertEquals(-20, Signals.rmsDbfs(y, LAST_SENTENCE, LAST_SENTENCE + SENTENCE), 1.5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-30, -24, -16})
    void shouldHonourTheTarget(double targetDbfs) {
        float[] y = control(
                Signals.sentences(SECONDS, -35, -80, 1), AgcSettings.on().withTargetDbfs(targetDbfs));
        assertEquals(targetDbfs, Signals.rmsDbfs(y, LAST_SENTENCE, LAST_SENTENCE + SENTENCE), 1.5);
    }

    @Test
    void shouldNotPumpUpPauses() {
        float[] x = Signals.sentences(SECONDS, -40, -65, 1);
        float[] y = control(x, AgcSettings.on());
        for (int pause = SENTENCE; pause < x.length; pause += 3 * 48_000) {
            // From the hangover on, the gain stands still to the last bit.
            float gain = y[pause + 960] / x[pause + 960];
            for (int i = pause + 960; i < pause + 48_000; i += 97) {
                assertEquals(gain, y[i] / x[i], gain * 1e-4);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-75, -60, -45, -30})
    void shouldLeaveSteadyNoiseAlone(double noiseDbfs) {
        float[] x = Signals.noise(20 * 48_000, noiseDbfs, 1);
        assertArrayEquals(x, control(x, AgcSettings.on()));
    }

    @Test
    void shouldLeaveDigitalSilenceAlone() {
        float[] x = new float[5 * 48_000];
        assertArrayEquals(x, control(x, AgcSettings.on()));
    }

    @Test
    void shouldLearnANewNoiseFloorWithinItsWindowWhenAFanStarts() {
        float[] quiet = Signals.noise(5 * 48_000, -80, 1);
        float[] x = Arrays.copyOf(quiet, 30 * 48_000);
        float[] fan = Signals.noise(25 * 48_000, -45, 2);
        System.arraycopy(fan, 0, x, quiet.length, fan.length);
        AutomaticGain gain = new AutomaticGain(AgcSettings.on());
        gain.process(new float[][] {x}, x.length);
        assertTrue(gain.gainDb() <= 12.5, () -> "gain " + gain.gainDb() + " dB: more than 2 s of rising");
    }

    @Test
    void shouldNotGoOverTheMostGain() {
        AutomaticGain gain = new AutomaticGain(new AgcSettings(true, -20, 12));
        float[] x = Signals.sentences(SECONDS, -50, -90, 1);
        gain.process(new float[][] {x}, x.length);
        assertEquals(12, gain.gainDb(), 1e-9);
    }

    @Test
    void shouldMoveSlowly() {
        float[] x = Signals.sentences(SECONDS, -45, -90, 1);
        AutomaticGain gain = new AutomaticGain(AgcSettings.on());
        double before = 0;
        for (int second = 0; second < SECONDS; second++) {
            float[] part = Arrays.copyOfRange(x, second * 48_000, (second + 1) * 48_000);
            gain.process(new float[][] {part}, part.length);
            assertTrue(gain.gainDb() - before <= 6.001 && gain.gainDb() - before >= -12.001);
            before = gain.gainDb();
        }
    }

    @Test
    void shouldUseOneGainForBothChannels() {
        float[] left = Signals.sentences(6, -40, -80, 1);
        float[] right = new float[left.length];
        for (int i = 0; i < right.length; i++) {
            right[i] = left[i] / 4;
        }
        new AutomaticGain(AgcSettings.on()).process(new float[][] {left, right}, left.length);
        for (int i = 0; i < right.length; i++) {
            assertEquals(left[i], 4 * right[i], 1e-6);
        }
    }
}
