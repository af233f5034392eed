package dev.microphone.loadtest.scale;

import dev.microphone.loadtest.report.JavaCommand;
import dev.microphone.loadtest.stages.Waiting;
import dev.microphone.standalone.Main;
import dev.microphone.transport.link.NodeEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code microphone processor}. */
final class PlainNode implements NodeProcess {
    private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final String READY = "processor answers agents at ";

    private final Process process;
    private final NodeEndpoint endpoint;

    private PlainNode(Process process, NodeEndpoint endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** Starts it and waits until it answers. */
    static PlainNode start(Path folder, Ports ports, int framePorts, String chain) throws IOException {
        Path config = folder.resolve("plain.toml");
        Path log = folder.resolve("plain.log");
        Files.writeString(config, """
                default-chain = "%s"

                [http]
                port = 0

                [cluster]
                host = "127.0.0.1"
                processor-port = %d
                frame-ports = %d
                routers = ["%s"]
                checkpoint-interval-millis = 500
                """.formatted(chain, ports.processor(), framePorts, ports.routerEndpoint()));
        List<String> command = JavaCommand.withNeededFlags();
        // What a TaskManager has in LocalCluster.
        command.addAll(List.of("-Xmx640m", "-XX:+UseG1GC", MEASURED, "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), "processor", "--config", config.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean isUp = false;
        try {
            Waiting.until("the processor is up; it said: " + log, START_TIMEOUT_NS, () -> says(log, process));
            isUp = true;
            return new PlainNode(process, new NodeEndpoint("127.0.0.1", ports.processor(), ports.processor() + 1));
        } finally {
            if (!isUp) {
                process.destroyForcibly();
            }
        }
    }

    private static boolean says(Path log, Process process) {
        try {
            String said = Files.readString(log);
            if (!process.isAlive()) {
                throw new IllegalStateException("the processor has ended: " + said);
            }
            return said.contains(READY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<NodeEndpoint> endpoints() {
        return List.of(endpoint);
    }

    @Override
    public ProcessHandle process() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(10, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
