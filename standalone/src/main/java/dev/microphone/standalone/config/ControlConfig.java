package dev.microphone.standalone.config;

import dev.microphone.schemas.bus.KafkaBusSettings;
import org.jspecify.annotations.Nullable;

/**
 * @param node what this process calls itself in events
 * @param kafka where events go; null: they stay in this process
 */
public record ControlConfig(String node, @Nullable KafkaBusSettings kafka) {
    static ControlConfig defaults() {
        return new ControlConfig(StreamNames.machine(), null);
    }
}
