package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watchdog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chains that begin in this process and go on in another, from a snapshot in a file. */
class OtherProcessTest {
    private static final int FRAMES = 30;
    private static final long TIMEOUT_SECONDS = 120;

    @TempDir
    private Path folder = Path.of("");

    private final Watchdog watchdog = Watchdog.start();

    private PluginLibrary library;

    @BeforeEach
    void open() {
        library = ContinuedChain.library(folder, watchdog);
    }

    @AfterEach
    void close() {
        library.close();
        watchdog.close();
    }

    /** Each official plugin, and all of them in one chain. */
    private static List<String> chains() {
        List<String> chains = new ArrayList<>(OfficialPlugins.names());
        chains.add(String.join(",", OfficialPlugins.names()));
        chains.add("highpass(hz=90),gain(db=-3),highpass");
        return chains;
    }

    @Test
    void shouldGoOnBitForBitInAnotherProcess() throws Exception {
        SplittableRandom random = new SplittableRandom(20_261_125);
        List<String> arguments = new ArrayList<>(List.of(folder.toString()));
        List<byte[]> expected = new ArrayList<>();
        for (String text : chains()) {
            for (int point = 0; point < 2; point++) {
                expected.add(begin(text, random.nextInt(1, 60), arguments));
            }
        }

        runInAnotherProcess(arguments);

        for (int i = 0; i < expected.size(); i++) {
            String text = arguments.get(1 + 4 * i);
            byte[] actual = Files.readAllBytes(Path.of(arguments.get(4 + 4 * i)));
            assertArrayEquals(expected.get(i), actual, text);
        }
    }

    /** @return what comes out of the undisturbed chain behind the snapshot */
    private byte[] begin(String text, int frames, List<String> arguments) throws IOException, PluginRejectedException {
        int number = arguments.size();
        Path file = folder.resolve(number + ".snapshot");
        try (ContinuedChain chain = new ContinuedChain(text, library)) {
            chain.run(0, frames);
            ChainSnapshot snapshot = new ChainSnapshot();
            chain.chain().take(snapshot);
            byte[] undisturbed = chain.run(frames, FRAMES);
            // Only now: what was taken does not change with the chain.
            Files.write(file, ChainSnapshotFormat.encode(snapshot));
            arguments.addAll(List.of(
                    text,
                    file.toString(),
                    Integer.toString(FRAMES),
                    folder.resolve(number + ".pcm").toString()));
            return undisturbed;
        }
    }

    private void runInAnotherProcess(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ContinuedChain.class.getName()));
        command.addAll(arguments);
        Path messages = folder.resolve("messages.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        try {
            assertTrue(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS), "it did not end in time");
            assertEquals(0, process.exitValue(), Files.readString(messages));
        } finally {
            process.destroyForcibly();
        }
    }

    /** Else the test above would show nothing. */
    @Test
    void shouldComeOutOtherwiseWithoutTheSnapshot() throws PluginRejectedException {
        for (String text : List.of("highpass", String.join(",", OfficialPlugins.names()))) {
            try (ContinuedChain undisturbed = new ContinuedChain(text, library);
                    ContinuedChain fresh = new ContinuedChain(text, library)) {
                undisturbed.run(0, 20);
                assertFalse(Arrays.equals(undisturbed.run(20, FRAMES), fresh.run(20, FRAMES)), text);
            }
        }
    }
}
