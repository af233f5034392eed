package dev.microphone.standalone.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** Flink's settings for a cluster on this machine. What Flink's shell scripts work out otherwise is written down here. */
final class FlinkConfig {
    private final Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>();

    /**
     * @param folder for the settings, logs, checkpoints and savepoints
     * @param slots subtasks that a TaskManager can take
     */
    FlinkConfig(Path folder, int slots) {
        this.folder = folder;
        settings.put("jobmanager.rpc.address", "127.0.0.1");
        settings.put("jobmanager.bind-host", "127.0.0.1");
        settings.put("jobmanager.rpc.port", String.valueOf(freePort()));
        settings.put("rest.address", "127.0.0.1");
        settings.put("rest.bind-address", "127.0.0.1");
        settings.put("rest.port", String.valueOf(freePort()));
        settings.put("taskmanager.host", "127.0.0.1");
        settings.put("taskmanager.bind-host", "127.0.0.1");
        settings.put("taskmanager.numberOfTaskSlots", String.valueOf(slots));
        settings.put(
                "execution.checkpointing.dir",
                folder.resolve("checkpoints").toUri().toString());
        settings.put("execution.checkpointing.savepoint-dir", savepoints());
        // Every TaskManager has subtasks, so that each is warm when it has to take over.
        settings.put("taskmanager.load-balance.mode", "SLOTS");
        // What is loaded stays for the next job, also where a jar with the same classes comes with that.
        settings.put("classloader.parent-first-patterns.additional", "dev.microphone");
        // Default 10 s. A TaskManager whose process is gone is noticed by two heartbeats that cannot be sent.
        settings.put("heartbeat.interval", "100");
        // Default 50 s, by which one that answers nothing is given up. Machines of their own may have 2 s; here several
        // share one, and one that starts on two busy cores has not answered for 2 s.
        settings.put("heartbeat.timeout", "5000");
        // Default 50 ms each, in which streams wait for a slot.
        settings.put("slotmanager.requirement-check.delay", "5 ms");
        settings.put("slotmanager.declare-needed-resource.delay", "5 ms");
        settings.put("taskmanager.cpu.cores", String.valueOf(slots));
        settings.put("taskmanager.memory.framework.heap.size", "64m");
        settings.put("taskmanager.memory.framework.off-heap.size", "64m");
        settings.put("taskmanager.memory.task.heap.size", "512m");
        settings.put("taskmanager.memory.task.off-heap.size", "128m");
        settings.put("taskmanager.memory.network.min", "16m");
        settings.put("taskmanager.memory.network.max", "16m");
        settings.put("taskmanager.memory.managed.size", "0m");
        settings.put("taskmanager.memory.jvm-metaspace.size", "256m");
        settings.put("taskmanager.memory.jvm-overhead.min", "128m");
        settings.put("taskmanager.memory.jvm-overhead.max", "128m");
        settings.put("jobmanager.memory.process.size", "768m");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes what both kinds of process read. */
    Path write() throws IOException {
        Path directory = Files.createDirectories(folder.resolve("conf"));
        StringBuilder text = new StringBuilder();
        settings.forEach(
                (key, value) -> text.append(key).append(": \"").append(value).append("\"\n"));
        Files.writeString(directory.resolve("config.yaml"), text);
        return directory;
    }

    Configuration client() {
        return Configuration.fromMap(settings);
    }

    /** The folder of savepoints, as a URI. */
    String savepoints() {
        return folder.resolve("savepoints").toUri().toString();
    }

    String restUrl() {
        return "http://127.0.0.1:" + settings.get("rest.port");
    }
}
