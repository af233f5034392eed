package dev.microphone.standalone.config;

import java.time.Duration;

/**
 * The sandbox's limits for each plugin of each stream.
 *
 * @param deadline for one frame, after which the plugin is stopped and the frame passes unprocessed
 * @param memoryMebibytes the most a plugin may have
 * @param faultLimit faults within the window after which a plugin is replaced by pass-through
 */
public record PluginConfig(Duration deadline, int memoryMebibytes, int faultLimit, Duration faultWindow) {
    static PluginConfig defaults() {
        return new PluginConfig(Duration.ofMillis(5), 64, 5, Duration.ofSeconds(10));
    }
}
