package dev.microphone.kafka;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which broker it shall be.
 *
 * @param words which, and why; one line
 */
record BrokerChoice(boolean inContainer, String words) {
    /** {@code process} or {@code docker}; otherwise Docker is used where it answers. */
    static final String PROPERTY = "microphone.kafka.broker";

    /** @param whyNoDocker what stands against a container; null when nothing does; asked only when it matters */
    static BrokerChoice of(@Nullable String wanted, Supplier<@Nullable String> whyNoDocker) {
        String choice = wanted == null ? "auto" : wanted;
        return switch (choice) {
            case "process" -> new BrokerChoice(false, "in this process (KRaft), as " + PROPERTY + " says");
            case "docker" -> {
                String obstacle = whyNoDocker.get();
                if (obstacle != null) {
                    throw new IllegalStateException(PROPERTY + " is 'docker', and " + obstacle);
                }
                yield new BrokerChoice(true, "in a container, as " + PROPERTY + " says");
            }
            case "auto" -> {
                String obstacle = whyNoDocker.get();
                yield obstacle == null
                        ? new BrokerChoice(true, "in a container (Docker answers)")
                        : new BrokerChoice(false, "in this process (KRaft): " + obstacle);
            }
            default ->
                throw new IllegalStateException(
                        PROPERTY + " is '" + choice + "': allowed are 'process', 'docker' and 'auto'");
        };
    }
}
