package dev.microphone.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/** Whether containers can be had. */
final class DockerProbe {
    private static final Path SOCKET = Path.of("/var/run/docker.sock");

    private DockerProbe() {}

    /** What stands against a container, in words; null when nothing does. */
    static @Nullable String whyNot() {
        // Asking Testcontainers costs 4 s where there is nobody to ask.
        if (System.getenv("DOCKER_HOST") == null && !Files.exists(SOCKET)) {
            return "there is no Docker (DOCKER_HOST is not set, " + SOCKET + " does not exist)";
        }
        return DockerClientFactory.instance().isDockerAvailable() ? null : "Docker does not answer";
    }
}
