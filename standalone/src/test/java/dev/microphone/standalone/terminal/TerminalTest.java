package dev.microphone.standalone.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
    private static final List<String> PLUGINS = List.of("gain", "highpass", "rnnoise");

    @ParameterizedTest
    @CsvSource({"rnoise,rnnoise", "hihgpass,highpass", "gian,gain", "RNNoise,rnnoise"})
    void shouldSuggestTheNearestWordWhenOneIsMisspelt(String found, String meant) {
        assertEquals(", did you mean '" + meant + "'?", DidYouMean.suffix(found, PLUGINS));
    }

    @ParameterizedTest
    @CsvSource({"reverb", "x", "compressor"})
    void shouldSuggestNothingWhenNoWordIsNear(String found) {
        assertEquals("", DidYouMean.suffix(found, PLUGINS));
    }

    @Test
    void shouldCountASwapOfNeighboursAsOneMistake() {
        assertEquals(1, DidYouMean.distance("ab", "ba"));
        assertEquals(3, DidYouMean.distance("kitten", "sitting"));
    }

    @Test
    void shouldAlignTheColumnsOfATable() {
        Table table = new Table("name", "size").row("rnnoise", "412 KiB").row("gain", "1 KiB");

        assertEquals(List.of("name     size", "rnnoise  412 KiB", "gain     1 KiB"), table.lines());
        assertThrows(IllegalArgumentException.class, () -> table.row("only one"));
    }

    @Test
    void shouldSayShareSpeedAndTimeLeftInTheProgressLine() {
        assertEquals(
                "[######------------------]  25 %  12.0 × real time  0:30 left  voice.wav",
                ProgressBar.line(10, 0.25, 120, "voice.wav"));
        assertEquals(
                "[------------------------]   0 %  0.0 × real time  ? left  …cordings/2026/interview.wav",
                ProgressBar.line(0, 0, 0, "archive/recordings/2026/interview.wav"));
        assertEquals("1:02:03", ProgressBar.clock(3_723));
    }

    @Test
    void shouldWriteFewPlainLinesWhenTheOutputIsNoTerminal() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ProgressBar bar = new ProgressBar(new PrintStream(written, true, StandardCharsets.UTF_8), false, 0);

        for (long second = 1; second <= 12; second++) {
            bar.update(second * 1_000_000_000L, second / 20.0, (double) second, "voice.wav");
        }

        String text = written.toString(StandardCharsets.UTF_8);
        assertEquals(2, text.lines().count(), text);
        assertEquals(-1, text.indexOf('\r'));
    }
}
