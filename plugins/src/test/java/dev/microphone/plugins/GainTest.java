package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GainTest {
    private static final int FRAME_BYTES = 3840;
    private static final int SAMPLES = 9600;
    private final byte[] ramp = Pcm.stereo(SAMPLES, i -> i * 3 - 15_000, i -> 12_000 - i * 2);

    @Test
    void shouldLeaveEverySampleAsItIsAtZeroDecibels() throws IOException {
        assertArrayEquals(ramp, WasmPlugin.load("gain").process(ramp, FRAME_BYTES));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-120, -20, -6.0206, 0.1, 6, 11.5, 60})
    void shouldMultiplyAndRoundToTheNearestAndHoldAtFullScale(double gainDb) throws IOException {
        WasmPlugin plugin = WasmPlugin.load("gain");
        assertEquals(0, plugin.configure("db=" + gainDb));
        short[] in = Pcm.samples(ramp);
        short[] out = Pcm.samples(plugin.process(ramp, FRAME_BYTES));
        double factor = Math.pow(10, gainDb / 20);
        for (int i = 0; i < in.length; i++) {
            double exact = Math.max(-32768, Math.min(32767, in[i] * factor));
            assertEquals(exact, out[i], 0.5 + 1e-6, "sample " + i);
        }
    }

    @Test
    void shouldRampOverTwentyMillisecondsWhenTheGainChangesDuringAStream() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("gain");
        byte[] constant = Pcm.stereo(SAMPLES, i -> 10_000, i -> 10_000);
        plugin.process(constant, FRAME_BYTES);
        assertEquals(0, plugin.configure("db=-20"));
        short[] out = Pcm.channel(plugin.process(constant, FRAME_BYTES), 0);
        for (int i = 1; i < out.length; i++) {
            assertTrue(Math.abs(out[i] - out[i - 1]) <= 10, "step of " + (out[i] - out[i - 1]) + " at " + i);
        }
        assertEquals(5500, out[480], 20);
        assertEquals(1000, out[960]);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            db=61               | -1
            db=-121             | -1
            db=                 | -1
            db=1.5x             | -1
            db=1e               | -1
            db=1e999            | -1
            gain=3              | -1
            db                  | -1
            db=0.1234567890123456 | -1
            """)
    void shouldRefuseWhatIsNoParameterOrOutOfRange(String line, int answer) throws IOException {
        WasmPlugin plugin = WasmPlugin.load("gain");
        assertEquals(answer, plugin.configure(line));
        assertEquals(-3, plugin.configure("db=-6\n\n" + line), "names the line");
        assertArrayEquals(ramp, plugin.process(ramp, FRAME_BYTES), "nothing of it is applied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"db=-20", " db = -20.0 \r\n", "\ndb=-2e1", "db=0\ndb=-200e-1\n", "db=-.02e+3"})
    void shouldReadNumbersAsPeopleWriteThem(String text) throws IOException {
        WasmPlugin plugin = WasmPlugin.load("gain");
        assertEquals(0, plugin.configure(text));
        short[] out = Pcm.samples(plugin.process(Pcm.stereo(960, i -> 10_000, i -> -5000), FRAME_BYTES));
        assertEquals(1000, out[0]);
        assertEquals(-500, out[1]);
    }
}
