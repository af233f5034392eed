package dev.microphone.standalone.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.standalone.config.ConfigFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "rnu | unknown command 'rnu', did you mean 'run'?",
                "run --souce tone: | unknown option '--souce', did you mean '--source'?",
                "run | nothing to capture: name a --source, such as alsa:default",
                "agent --port 0 | nothing to capture: name a --source, such as alsa:default",
                "agent --source tone: --source tone: --name a/b/c/d | 1 --name for 2 --source: give one for each",
                "agent --source tone: --source tone: --name a/b/c/d --name a/b/c/d | two sources are named a/b/c/d",
                "agent --reference tone: | --reference without --source",
                "run --source also:default | --source: unknown source 'also:' in 'also:default': known are",
                "run --source tone: --sink was:x | --sink: ",
                "run --source tone: --frame-millis 15 | --frame-millis: frame duration 15 ms: allowed are 5, 10 and 20 ms",
                "run --source tone: --port 70000 | --port: port 70000: allowed are 1 to 65535",
                "run --source tone: --name a/b | --name: stream name 'a/b': must be tenant/site/device/source",
                "run --source tone: --agc maybe | invalid value for option '--agc'",
                "run --source tone: --chain rnoise --port 0 | unknown plugin 'rnoise'",
                "run --source tone: --chain gain( --port 0 | --chain: chain 'gain(', position",
                "run --config nowhere.toml | config file nowhere.toml does not exist",
                "process in.wav --chain none | Missing required option: '--output=OUT'",
                "process in.wav -o out.wav --chain none --jobs 0 | --jobs 0: at least 1 is needed",
                "process in.wav -o out.ogg --chain none | output 'out.ogg': the ending chooses the format",
                "demo --seconds 0.2 | --seconds 0.2: allowed are 1 to 3600",
            })
    void shouldEndWithTwoAndOneClearLineWhenTheUsageIsWrong(String arguments, String expected) {
        Result result = Result.of(arguments.split(" ", -1));

        assertEquals(2, result.exitCode(), result.err());
        assertTrue(result.err().contains("microphone: " + expected), result.err());
        assertFalse(result.err().contains("\tat "), result.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "plugin = \"highpass\";params = { hz = 3 } | 2 | 8: key 'chain[1].plugin[1].params.hz': plugin"
                        + " 'highpass(hz=3)' refuses its parameter hz=3: allowed is 10 to 20000, default 80",
                "plugin = \"highpass\";params.herz = 90 | 2 | 8: key 'chain[1].plugin[1].params.herz': plugin"
                        + " 'highpass(herz=90)' refuses its parameter herz=90: it takes hz (10 to 20000, default 80)",
                "plugin = \"higpass\" | 2 | 7: key 'chain[1].plugin[1].plugin': unknown plugin 'higpass', did you mean"
                        + " 'highpass'?",
                "plugin = \"none.wasm\" | 1 | 7: key 'chain[1].plugin[1].plugin': plugin 'none.wasm' does not exist",
            })
    void shouldNameTheLineOfTheConfigWhosePluginIsRefused(String lines, int exitCode, String expected)
            throws IOException {
        assertRefused("""
                http.port = 0
                [[stream]]
                source = "tone:"
                [[chain]]
                name = "speech"
                [[chain.plugin]]
                """ + lines.replace(';', '\n'), exitCode, expected);
    }

    @Test
    void shouldNameTheLineOfTheConfigWhoseChainIsRefused() throws IOException {
        assertRefused(
                """
                http.port = 0
                [[stream]]
                source = "tone:"
                chain = "highpass,gain(db=99)"
                """, 2, "4: key 'stream[1].chain': plugin 'gain(db=99)' refuses its parameter db=99: allowed is ");
    }

    private void assertRefused(String config, int exitCode, String expected) throws IOException {
        Path file = Files.writeString(folder.resolve("microphone.toml"), config);

        Result result = Result.of("run", "--config", file.toString());

        assertEquals(exitCode, result.exitCode(), result.err());
        assertTrue(result.err().contains("microphone: " + file + ":" + expected), result.err());
    }

    @Test
    void shouldSayThatAFileDoesNotExist() {
        Path missing = folder.resolve("missing.wav");

        Result live = Result.of("run", "--source", "wav:" + missing, "--port", "0");
        Result batch = Result.of("process", missing.toString(), "-o", folder + "/out.wav", "--chain", "none");

        assertEquals(1, live.exitCode());
        assertTrue(live.err().contains(missing + ": no such file"), live.err());
        assertEquals(1, batch.exitCode());
        assertTrue(batch.err().contains(missing + ": no such file"), batch.err());
    }

    @Test
    void shouldSayThatThePortIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Result result =
                    Result.of("run", "--source", "tone:?seconds=1", "--port", String.valueOf(taken.getLocalPort()));

            assertEquals(1, result.exitCode(), result.err());
            assertTrue(result.err().contains("port " + taken.getLocalPort()), result.err());
            assertTrue(result.err().contains("in use"), result.err());
            assertEquals(1, result.err().lines().count(), result.err());
        }
    }

    @Test
    void shouldRefuseToRecordOverAFile() throws IOException {
        Path recording = Files.writeString(folder.resolve("old.wav"), "precious");

        Result result = Result.of("run", "--source", "tone:", "--sink", "wav:" + recording, "--port", "0");

        assertEquals(1, result.exitCode(), result.err());
        assertTrue(result.err().contains(recording + " exists already"), result.err());
        assertEquals("precious", Files.readString(recording));
    }

    @Test
    void shouldRefuseAConfigWithAWrongKeyBeforeAnythingIsOpened() throws IOException {
        Path config = Files.writeString(folder.resolve("my.toml"), "[http]\nprot = 1\n");

        Result result = Result.of("run", "--config", config.toString());

        assertEquals(2, result.exitCode());
        assertEquals(
                "microphone: " + config + ":2: unknown key 'http.prot', did you mean 'port'?",
                result.err().strip());
    }

    @Test
    void shouldShowAStackTraceOnlyWhenDebugging() {
        assertTrue(Result.of("run", "--source", "also:", "--debug").err().contains("\tat "));
        assertTrue(Result.of("--debug", "run", "--source", "also:").err().contains("\tat "));
    }

    /** It is warmed up while its stream is captured already. */
    @Test
    void shouldEndWithTheNameOfAPluginThatFailsInItsWarmUp() throws IOException {
        Path trap = Files.write(folder.resolve("trap.wasm"), TrapPlugin.wasm());

        Result result = Result.of("run", "--source", "tone:", "--chain", trap.toString(), "--port", "0");

        assertEquals(1, result.exitCode());
        assertTrue(
                result.err().contains("microphone: plugin '" + trap + "' fails on frame 0 of its warm-up: trap"),
                result.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "run",
                "process",
                "agent",
                "processor",
                "router",
                "cluster",
                "devices",
                "plugins",
                "config",
                "bench",
                "version"
            })
    void shouldExplainEachCommand(String command) {
        Result result = Result.of(command, "--help");

        assertEquals(0, result.exitCode());
        assertTrue(result.out().startsWith("Usage: microphone " + command), result.out());
        assertTrue(Result.of("--help").out().contains("  " + command), "not in the list of commands");
    }

    @Test
    void shouldPrintAConfigFileThatItReadsItself() throws IOException {
        Result printed = Result.of("config");
        Path config = Files.writeString(folder.resolve("printed.toml"), printed.out());

        assertEquals(0, printed.exitCode());
        assertEquals(1, ConfigFile.read(config).streams().size());
    }

    @Test
    void shouldShowItsVersion() {
        assertEquals(Result.of("version"), Result.of("--version"));
        assertTrue(Result.of("version").out().matches("(?s)microphone \\d+\\.\\d+\\.\\d+\\S*, Java \\d+.*"));
    }

    @Test
    void shouldListThePluginsThatCameWithIt() {
        Result result = Result.of("plugins", "list");

        assertEquals(0, result.exitCode());
        assertTrue(result.out().contains("gain"), result.out());
        assertTrue(result.out().contains("highpass"), result.out());
        assertTrue(result.out().contains("KiB"), result.out());
    }

    @Test
    void shouldAcceptAndRejectPluginsWithTheReasons() throws IOException {
        Path good = folder.resolve("good.wasm");
        try (var in = dev.microphone.plugins.OfficialPlugins.open("gain")) {
            Files.copy(in, good);
        }
        Path text = Files.writeString(folder.resolve("text.wasm"), "not wasm", StandardCharsets.UTF_8);

        assertEquals(0, Result.of("plugins", "check", good.toString()).exitCode());
        Result rejected = Result.of("plugins", "check", good.toString(), text.toString(), folder + "/gone.wasm");
        assertEquals(1, rejected.exitCode());
        assertTrue(rejected.out().contains(good + ": accepted"), rejected.out());
        assertTrue(rejected.out().contains(text + ": rejected"), rejected.out());
        assertTrue(rejected.out().contains("error: is not a valid WebAssembly module"), rejected.out());
        assertTrue(rejected.out().contains("gone.wasm: rejected: no such file"), rejected.out());
    }
}
