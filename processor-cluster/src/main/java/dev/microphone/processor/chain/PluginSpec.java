package dev.microphone.processor.chain;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One plugin of a chain, as written.
 *
 * @param reference an official plugin's name, or the path of a {@code .wasm} file
 * @param parameters in the order in which they were written
 */
public record PluginSpec(String reference, Map<String, String> parameters) {
    public PluginSpec {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** Whether it names a file: it ends in {@code .wasm}, or has a slash. */
    public boolean isFile() {
        return reference.endsWith(".wasm") || reference.indexOf('/') >= 0;
    }

    /** As the user wrote it. */
    @Override
    public String toString() {
        return parameters.isEmpty()
                ? reference
                : parameters.entrySet().stream()
                        .map(Map.Entry::toString)
                        .collect(Collectors.joining(",", reference + "(", ")"));
    }
}
