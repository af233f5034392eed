package dev.microphone.standalone.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.standalone.measure.NoiseLevel;
import dev.microphone.transport.service.ErrorLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    @Test
    void shouldRecordMeasureAndDrawWhatWentThroughTheSystem(@TempDir Path folder) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        ErrorLog errors = new ErrorLog(SystemEpochClock.INSTANCE, out, true);

        new Demo(folder, DemoChain.of(OfficialPlugins.names()), out, errors).run(2, 0);

        String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("100 captured, 100 delivered"), text);
        assertTrue(text.contains("dB of noise gone"), text);
        assertEquals(0, errors.distinctErrors(), text);
        assertEquals(96_000, Recorded.left(folder.resolve("after.wav")).length);
        assertTrue(Files.size(folder.resolve("after.flac")) > 1_000);
        assertTrue(ImageIO.read(folder.resolve("spectrograms.png").toFile()).getWidth() > 1_000);
    }

    @Test
    void shouldMakeTheSameSoundEveryTimeAtTheStatedRatio() {
        DemoAudio one = DemoAudio.make(0);
        DemoAudio other = DemoAudio.make(0);
        float[] noise = one.noisy().clone();
        for (int i = 0; i < noise.length; i++) {
            noise[i] -= one.voice()[i];
        }

        assertArrayEquals(one.noisy(), other.noisy());
        assertEquals(-26 - DemoAudio.SNR_DB, NoiseLevel.rmsDbfs(noise), 0.05);
    }

    @Test
    void shouldSayWhatItShowsInsteadWhenRnnoiseWasNotBuilt() {
        assertEquals("rnnoise", DemoChain.of(List.of("gain", "rnnoise")).spec());
        DemoChain fallback = DemoChain.of(List.of("denoise", "gain", "highpass"));
        assertEquals("denoise", fallback.spec());
        assertTrue(fallback.remark().orElseThrow().startsWith("the rnnoise plugin was not built"));
    }

    @Test
    void shouldFindTheDelayBetweenTwoSignals() {
        float[] voice = DemoAudio.make(2).voice();
        float[] delayed = new float[voice.length + 700];
        System.arraycopy(voice, 0, delayed, 480, voice.length);

        assertEquals(480, Alignment.delaySamples(voice, delayed, 1_920));
        assertArrayEquals(voice, Alignment.align(voice, delayed, 1_920));
    }
}
