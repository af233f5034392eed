package dev.microphone.standalone.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterruptionTest {
    private static final int SAMPLES_PER_FRAME = 960;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void shouldWriteEveryCapturedFrameAndEndWithZeroWhenTold(String signal) throws Exception {
        try (ChildProcess child = ChildProcess.start(
                folder, "run", "--source", "tone:", "--chain", "gain", "--sink", "wav:out.wav", "--port", "0")) {
            child.awaitLine("listen at ");
            Path recording = folder.resolve("out.wav");
            awaitLargerThan(recording, 100_000);
            child.signal(signal);

            assertEquals(0, child.awaitExit(), child.text());

            Matcher frames = Pattern.compile("(\\d+) frames").matcher(child.text());
            assertTrue(frames.find(), child.text());
            try (AudioInputStream in = AudioSystem.getAudioInputStream(recording.toFile())) {
                assertEquals(Long.parseLong(frames.group(1)) * SAMPLES_PER_FRAME, in.getFrameLength());
            }
            assertFalse(child.text().contains("error"), child.text());
        }
    }

    @Test
    void shouldLeaveNoHalfFileWhenABatchIsInterrupted() throws Exception {
        Path input = folder.resolve("long.wav");
        // Longer than any machine processes before the signal comes.
        Sox.run("-n", "-r", "48000", "-c", "2", "-b", "16", input.toString(), "synth", "1800", "pinknoise");
        try (ChildProcess child =
                ChildProcess.start(folder, "process", "long.wav", "-o", "out.wav", "--chain", "highpass")) {
            awaitLargerThan(folder.resolve("out.wav.part"), 1);
            child.signal("INT");

            assertEquals(130, child.awaitExit(), child.text());
            assertTrue(child.text().contains("1 cancelled"), child.text());
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(List.of(input), files.toList());
            }
        }
    }

    /** The process's own doing: no time limit but the build's. */
    private static void awaitLargerThan(Path file, long lengthBytes) throws Exception {
        long deadlineNs = System.nanoTime() + 60_000_000_000L;
        while (!Files.exists(file) || Files.size(file) < lengthBytes) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError(file + " did not grow to " + lengthBytes + " bytes in 60 s");
            }
            Thread.onSpinWait();
        }
    }
}
