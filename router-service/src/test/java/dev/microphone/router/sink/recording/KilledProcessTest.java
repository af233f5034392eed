package dev.microphone.router.sink.recording;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.router.Frames;
import dev.microphone.router.SinkContexts;
import dev.microphone.router.Tool;
import dev.microphone.router.sink.Sink;
import dev.microphone.router.sink.SinkUri;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of a process that was killed with kill -9 in the middle of writing. */
class KilledProcessTest {
    private static final int FLUSHED_FRAMES = 100;

    @TempDir
    Path folder;

    /** The process that is killed: records, flushes, says so, and goes on recording for ever. */
    static final class Recorder {
        private Recorder() {}

        public static void main(String[] arguments) throws Exception {
            SinkUri uri = SinkUri.parse(arguments[0]);
            SinkContexts contexts = new SinkContexts();
            long mic = contexts.stream("acme/lab/desk/mic");
            Sink sink = uri.kind().opener().open(uri, contexts.context("test"));
            for (long sequence = 0; ; sequence++) {
                sink.onFrame(Frames.frame(mic, 1, sequence));
                if (sequence == FLUSHED_FRAMES - 1) {
                    sink.flush();
                }
                if (sequence == FLUSHED_FRAMES + 50) {
                    System.out.println("flushed");
                }
            }
        }
    }

    @Test
    void shouldPlayTheWavUpToTheLastFlush() throws Exception {
        Tool.assumeInstalled("sox", "sox");
        Tool.assumeInstalled("ffmpeg", "ffmpeg");

        Path file = recordAndKill("wav:");

        byte[] played = Tool.run("sox", file.toString(), "-t", "raw", "-");
        assertArrayEquals(expected(FLUSHED_FRAMES), played);
        assertEquals(String.valueOf(FLUSHED_FRAMES * Frames.SAMPLES), Tool.text("soxi", "-s", file.toString()));
        assertEquals(
                "2.000000",
                Tool.text("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file + ""));
    }

    @Test
    void shouldPlayTheFlacUpToTheLastBlockBeforeTheLastFlush() throws Exception {
        Tool.assumeInstalled("ffmpeg", "ffmpeg");

        Path file = recordAndKill("flac:");

        byte[] played = Tool.run("ffmpeg", "-v", "error", "-i", file.toString(), "-f", "s16le", "-");
        int flushedBlocks = FLUSHED_FRAMES * Frames.SAMPLES / 4096;
        assertTrue(played.length >= flushedBlocks * 4096 * 4, () -> played.length + " bytes are left");
        int wholeFrames = FLUSHED_FRAMES - 5;
        assertArrayEquals(expected(wholeFrames), Arrays.copyOf(played, wholeFrames * Frames.PCM_LENGTH));
    }

    private Path recordAndKill(String scheme) throws Exception {
        Process recorder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Recorder.class.getName(),
                        scheme + folder + "/")
                .redirectErrorStream(true)
                .start();
        BufferedReader output = recorder.inputReader();
        String line = output.readLine();
        while (line != null && !line.equals("flushed")) {
            line = output.readLine();
        }
        assertEquals("flushed", line);
        recorder.destroyForcibly();
        assertEquals(128 + 9, recorder.waitFor());
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    private static byte[] expected(int frames) {
        long mic = new SinkContexts().stream("acme/lab/desk/mic");
        byte[] all = new byte[frames * Frames.PCM_LENGTH];
        for (int sequence = 0; sequence < frames; sequence++) {
            byte[] pcm = Frames.pcm(mic, 1, sequence);
            System.arraycopy(pcm, 0, all, sequence * pcm.length, pcm.length);
        }
        return all;
    }
}
