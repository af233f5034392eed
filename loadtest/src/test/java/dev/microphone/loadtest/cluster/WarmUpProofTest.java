package dev.microphone.loadtest.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.kafka.KafkaBroker;
import dev.microphone.standalone.cluster.JobMain;
import dev.microphone.standalone.cluster.LocalCluster;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.apache.flink.client.cli.CliFrontend;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does with Flink's own client, in a process of its own, against a Flink cluster of real processes. */
@Tag("proof")
final class WarmUpProofTest {
    private static final String WARM = "Plugins are loaded and warm";
    private static final String FAILED = "practises a failure once";
    private static final String PROCESSED = "are processed at";
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(180);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    /** The job's jar, as far as the TaskManagers' class path, which is their {@code lib/}, does not do without. */
    private Path jar() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, JobMain.class.getName());
        Path jar = folder.resolve("job.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                Path classes = Path.of(entry, "dev", "microphone");
                if (Files.isDirectory(classes) && !entry.contains("test-classes")) {
                    try (Stream<Path> all = Files.walk(classes)) {
                        all.filter(file -> file.toString().endsWith(".class"))
                                .forEach(file -> add(out, Path.of(entry).relativize(file), file));
                    }
                }
            }
        }
        return jar;
    }

    private static void add(JarOutputStream out, Path name, Path file) {
        try {
            out.putNextEntry(new JarEntry(name.toString()));
            Files.copy(file, out);
            out.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path config(KafkaBroker broker) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            int ports = Math.min(socket.getLocalPort(), 60_000);
            return Files.writeString(
                    folder.resolve("microphone.toml"), """
                    chain = "denoise"
                    [cluster]
                    host = "127.0.0.1"
                    processor-port = %d
                    frame-ports = 1
                    routers = ["127.0.0.1:%d"]
                    [control]
                    kafka = "%s"
                    """.formatted(ports + 1, ports, broker.bootstrapServers()));
        }
    }

    /** {@code flink} with those arguments. */
    private void flink(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CliFrontend.class.getName()));
        command.addAll(Arrays.asList(arguments));
        Path output = folder.resolve("flink.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().put("FLINK_CONF_DIR", folder.resolve("conf").toString());
        builder.environment()
                .put("FLINK_PLUGINS_DIR", folder.resolve("flink-plugins").toString());
        Process process = builder.start();
        assertTrue(process.waitFor(DEADLINE_NS, TimeUnit.NANOSECONDS), "flink does not end");
        assertEquals(0, process.exitValue(), () -> text(output));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int lines(int taskManager, String with) {
        return (int) text(folder.resolve("logs").resolve("taskmanager-" + taskManager + ".log"))
                .lines()
                .filter(line -> line.contains(with))
                .count();
    }

    @Test
    void shouldFindTaskManagersWarmThatFlinksOwnClientHasHadWarmedUp() throws Exception {
        try (KafkaBroker broker = KafkaBroker.startInProcess();
                LocalCluster cluster = LocalCluster.start(folder, 2, 1)) {
            String jar = jar().toString();
            String config = config(broker).toString();
            flink("run", "-p", "2", jar, "--config", config, "--warm-up");
            assertEquals(List.of(1, 1), List.of(lines(1, WARM), lines(2, WARM)));
            assertEquals(List.of(1, 1), List.of(lines(1, FAILED), lines(2, FAILED)));
            flink("run", "-d", "-p", "2", jar, "--config", config);
            long deadlineNs = System.nanoTime() + DEADLINE_NS;
            while (lines(1, PROCESSED) < 1 || lines(2, PROCESSED) < 1) {
                assertTrue(System.nanoTime() < deadlineNs, () -> text(folder.resolve("flink.log")));
                Thread.onSpinWait();
            }
            assertEquals(List.of(1, 1), List.of(lines(1, WARM), lines(2, WARM)), "loaded once, for both jobs");
            assertEquals(List.of(1, 1), List.of(lines(1, FAILED), lines(2, FAILED)), "the job itself does not fail");
            assertEquals(2, cluster.taskManagers().size());
        }
    }

    /** A failure that is practised must not use up the attempts of the only subtask. */
    @Test
    void shouldEndWellWithOneSubtask() throws Exception {
        try (KafkaBroker broker = KafkaBroker.startInProcess();
                LocalCluster cluster = LocalCluster.start(folder, 1, 1)) {
            flink("run", "-p", "1", jar().toString(), "--config", config(broker).toString(), "--warm-up");
            assertEquals(List.of(1, 1), List.of(lines(1, WARM), lines(1, FAILED)));
            assertEquals(1, cluster.taskManagers().size());
        }
    }
}
