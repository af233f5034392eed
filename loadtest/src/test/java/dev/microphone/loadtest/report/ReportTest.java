package dev.microphone.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Report report = new Report(new PrintStream(output, true, StandardCharsets.UTF_8));

    private List<String> lines() {
        return output.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void shouldNameTheMachineFirst() {
        assertTrue(lines().getFirst().contains("cores"));
    }

    @Test
    void shouldJudgeTheRatioByItsTargetWhenTwoFiguresAreCompared() {
        report.ratio("delay", 160, "bare", 100, "µs", Target.atMost(1.5, "x"));
        report.ratio("delay", 140, "bare", 100, "µs", Target.atMost(1.5, "x"));
        report.summary();

        List<String> lines = lines();
        assertTrue(
                lines.get(lines.size() - 3).endsWith("160 µs   bare 100 µs   1.60 x   target at most 1.50 x: MISSED"));
        assertTrue(lines.get(lines.size() - 2).endsWith("1.40 x   target at most 1.50 x: reached"));
        assertEquals("1 of 2 targets reached", lines.getLast().strip());
    }

    @Test
    void shouldJudgeTheFigureByItsTargetWhenItIsPrintedBesideAnother() {
        report.figure("frames", 70_000, "bare", 140_000, "frames/s", Target.atLeast(60_000, "frames/s"));

        assertTrue(lines().getLast().endsWith("0.50 x   target at least 60,000 frames/s: reached"));
    }

    @Test
    void shouldCountATargetAsMissedWhenNothingCouldBeMeasured() {
        report.failed("delay", "not kept up with", Target.atMost(100, "ms"));
        report.summary();

        List<String> lines = lines();
        assertTrue(lines.get(lines.size() - 2).endsWith("not kept up with   target at most 100 ms: MISSED"));
        assertEquals("0 of 1 targets reached", lines.getLast().strip());
    }

    @Test
    void shouldTakeTheMiddleOfRepetitions() {
        assertEquals(3, Medians.median(100, 3, 1));
        assertEquals(2.5, Medians.median(4, 1, 2, 3));
    }
}
