package dev.microphone.processor.chain;

import java.util.List;

/**
 * How a plugin stands at the moment.
 *
 * @param plugin as chains name it
 * @param version that runs
 * @param previousDigests of those that can be gone back to, the latest first
 * @param stages places in live chains
 * @param bypassedStages places where it is left out until someone acts
 * @param suspended whether it is left out everywhere, or everywhere with some limits, as it timed out on several streams
 */
public record PluginStatus(
        String plugin,
        PluginVersion version,
        List<String> previousDigests,
        int stages,
        int bypassedStages,
        boolean suspended) {}
