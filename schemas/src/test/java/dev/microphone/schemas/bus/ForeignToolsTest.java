package dev.microphone.schemas.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.kafka.KafkaBroker;
import dev.microphone.schemas.avro.EventCodec;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.Gap;
import dev.microphone.schemas.event.PluginResumed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Other people's programs read what we write, and we read what they write. */
@Timeout(60)
class ForeignToolsTest {
    private static final Path HISTORY = Path.of("history");
    private static final Path READER = Path.of("../tools/read_events.py");

    private static final ControlMessage GAP = new ControlMessage(
            1_700_000_000_123_456_789L, "fremd", new Gap("t/s/d/ü", -5, 2, 3, 1L << 32, "router", "lost"));

    private static final ControlMessage RESUMED = new ControlMessage(2, "node", new PluginResumed("gain", 4));

    /** Library to the interpreter that has it: its own where it was put into an environment, or the system's. */
    private record Python(String library, String interpreter) {}

    @TempDir
    private Path folder;

    private static int exitCode(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private static List<Python> pythons() {
        List<Python> found = new ArrayList<>();
        for (String library : List.of("fastavro", "avro")) {
            for (String interpreter :
                    List.of(System.getProperty("microphone.python", ""), "python3", "/usr/bin/python3")) {
                if (!interpreter.isEmpty() && exitCode(interpreter, "-c", "import " + library + ".schema") == 0) {
                    found.add(new Python(library, interpreter));
                    break;
                }
            }
        }
        assumeTrue(!found.isEmpty(), "needs fastavro (pip) or python3-avro (Debian)");
        return found;
    }

    private static void assumeKcat() {
        assumeTrue(exitCode("kcat", "-V") == 0, "needs kcat (Debian package kcat)");
    }

    private byte[] output(List<String> command) throws Exception {
        Path errors = folder.resolve("errors");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        byte[] out = process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor(), () -> command + ": " + text(errors));
        return out;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String fingerprintOf(String event) throws IOException {
        return Files.readAllLines(HISTORY.resolve("FINGERPRINTS")).stream()
                .filter(line -> line.split(" ", -1)[1].equals(event))
                .reduce((older, newer) -> newer)
                .orElseThrow()
                .split(" ", -1)[0];
    }

    /** The bytes are the same, fastavro's own fingerprint in them. */
    @Test
    void shouldReadWhatOthersWriteAndWriteTheSame() throws Exception {
        Path script = folder.resolve("write_event.py");
        try (InputStream in = ForeignToolsTest.class.getResourceAsStream("write_event.py")) {
            Files.copy(in, script);
        }
        for (Python python : pythons()) {
            byte[] theirs = output(List.of(
                    python.interpreter(),
                    script.toString(),
                    python.library(),
                    HISTORY.resolve("Gap/1.avsc").toString(),
                    fingerprintOf("Gap")));

            assertEquals(GAP, new EventCodec().decodeMessage(theirs), python.library());
            assertArrayEquals(theirs, new EventCodec().encode(GAP), python.library());
        }
    }

    private static KafkaBusSettings published(String topicPrefix) throws Exception {
        KafkaBusSettings settings = KafkaTests.settings(KafkaBroker.shared(), topicPrefix);
        Counts counts = new Counts();
        try (ControlBus bus = new KafkaControlBus(settings, counts.reports())) {
            bus.subscribe(ControlBus.Since.NOW, new Heard()).started().get(20, SECONDS);
            bus.publish(GAP);
            bus.publish(RESUMED);
        }
        assertEquals(2, counts.of(BusCount.SENT), counts.toString());
        return settings;
    }

    private static List<String> kcat(KafkaBusSettings settings, String format) {
        return List.of(
                "kcat",
                "-b",
                settings.bootstrapServers(),
                "-t",
                settings.eventsTopic(),
                "-C",
                "-e",
                "-q",
                "-f",
                format);
    }

    @Test
    void shouldBeReadByKcatWithItsKeys() throws Exception {
        assumeKcat();
        KafkaBusSettings settings = published("kcat.");

        List<String> lines = new String(output(kcat(settings, "%k %S\\n")), StandardCharsets.UTF_8)
                .lines()
                .sorted()
                .toList();

        EventCodec codec = new EventCodec();
        assertEquals(
                List.of("plugin/gain " + codec.encode(RESUMED).length, "t/s/d/ü " + codec.encode(GAP).length), lines);
    }

    /** As the guide shows it: kcat, and a pipe into the script beside it. */
    @Test
    void shouldBeReadInPythonFromATopic() throws Exception {
        assumeKcat();
        List<Python> pythons = pythons();
        KafkaBusSettings settings = published("python.");
        byte[] records = output(kcat(settings, "%S %s"));
        for (Python python : pythons) {
            Path input = Files.write(folder.resolve("records"), records);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Process process = new ProcessBuilder(
                            python.interpreter(), READER.toRealPath().toString(), python.library())
                    .redirectInput(input.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getInputStream().transferTo(out);
            assertEquals(0, process.waitFor());

            assertEquals(
                    List.of(
                            "{\"event\": \"Gap\", \"timeNs\": 1700000000123456789, \"node\": \"fremd\","
                                    + " \"stream\": \"t/s/d/ü\", \"streamId\": -5, \"epoch\": 2,"
                                    + " \"firstMissingSequence\": 3, \"lastMissingSequence\": 4294967296,"
                                    + " \"stage\": \"router\", \"reason\": \"lost\"}",
                            "{\"event\": \"PluginResumed\", \"timeNs\": 2, \"node\": \"node\", \"plugin\": \"gain\","
                                    + " \"stages\": 4}"),
                    out.toString(StandardCharsets.UTF_8).lines().sorted().toList(),
                    python.library());
        }
    }
}
