package dev.microphone.standalone.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.standalone.config.ConfigFile;
import dev.microphone.standalone.live.LocalSystem;
import dev.microphone.transport.service.ErrorLog;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator types beside a running system. */
class RunningSystemTest {
    private static final String STREAM = "test/here/desk/tone";

    @TempDir
    private Path folder;

    private String url = "";

    private Result plugins(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "plugins";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 1] = "--url=" + url;
        return Result.of(all);
    }

    private static void assertSays(String text, Result result) {
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains(text), result.out());
    }

    private static void assertFails(String text, Result result) {
        assertEquals(1, result.exitCode(), result.out());
        assertTrue(result.err().contains(text), result.err());
    }

    @Test
    void shouldDeployAskRollBackResumeAndChangeAChain() throws Exception {
        Path config = Files.writeString(folder.resolve("microphone.toml"), """
            http.port = 0
            [[stream]]
            name = "%s"
            source = "tone:"
            chain = "highpass,gain(db=-6)"
            """.formatted(STREAM));
        Path module = folder.resolve("gain.wasm");
        try (InputStream in = OfficialPlugins.open("gain")) {
            byte[] wasm = in.readAllBytes();
            byte[] other = Arrays.copyOf(wasm, wasm.length + 5);
            // A custom section: the same code with another digest.
            System.arraycopy(new byte[] {0, 3, 1, 'v', 1}, 0, other, wasm.length, 5);
            Files.write(module, other);
        }
        ErrorLog errors = new ErrorLog(SystemEpochClock.INSTANCE, System.err, true);
        try (LocalSystem system = LocalSystem.start(ConfigFile.read(config), errors, message -> {})) {
            url = system.url().toString();
            system.capture();
            assertSays("live in 1 place; not kept for the next start", plugins("deploy", module.toString()));
            assertSays("already", plugins("deploy", module.toString()));
            assertSays(STREAM + "  highpass,gain(db=-6)  0.0 ms", plugins("status"));
            assertSays("\"livePlaces\":1", plugins("status", "--json"));
            assertSays("is back at version", plugins("rollback", "gain"));
            assertFails("has no version before this one", plugins("rollback", "highpass"));
            assertSays("was left out nowhere", plugins("resume", "gain"));
            assertFails("no plugin 'nothing' is loaded", plugins("resume", "nothing"));
            assertSays(STREAM + " passes none now, 0.0 ms of delay", plugins("chain", STREAM, "none"));
            assertFails("there is no stream 'a/b/c/d'", plugins("chain", "a/b/c/d", "none"));
            assertFails("unknown plugin 'gian', did you mean 'gain'?", plugins("chain", STREAM, "gian"));

            Files.write(module, new byte[] {0, 'a', 's', 'm'});
            assertFails("plugin 'gain' is not a valid WebAssembly module", plugins("deploy", module.toString()));
        }
        assertEquals(0, errors.distinctErrors());
        assertFails("nothing answers at " + url, plugins("status"));
    }
}
