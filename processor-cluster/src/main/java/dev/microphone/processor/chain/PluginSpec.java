package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginLimits;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One plugin of a chain, as written, and what it may do there.
 *
 * @param reference an official plugin's name, or the path of a {@code .wasm} file
 * @param parameters in the order in which they were written
 * @param limits of each of its instances; null for those of the {@link PluginLibrary}
 * @param faultPolicy when it is left out; null for that of the processor
 */
public record PluginSpec(
        String reference,
        Map<String, String> parameters,
        @Nullable PluginLimits limits,
        @Nullable FaultPolicy faultPolicy)
        implements Serializable {
    /** With the limits and the fault policy that hold for all plugins. */
    public PluginSpec(String reference, Map<String, String> parameters) {
        this(reference, parameters, null, null);
    }

    public PluginSpec {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** The same plugin inside limits of its own. */
    public PluginSpec withLimits(PluginLimits own) {
        return new PluginSpec(reference, parameters, own, faultPolicy);
    }

    /** The same plugin with a fault policy of its own. */
    public PluginSpec withFaultPolicy(FaultPolicy own) {
        return new PluginSpec(reference, parameters, limits, own);
    }

    /** The same plugin, inside the same limits, told nothing. */
    PluginSpec withoutParameters() {
        return new PluginSpec(reference, Map.of(), limits, faultPolicy);
    }

    /** Whether it names a file: it ends in {@code .wasm}, or has a slash. */
    public boolean isFile() {
        return reference.endsWith(".wasm") || reference.indexOf('/') >= 0;
    }

    /** As the user wrote it in a chain; limits are not part of that text. */
    @Override
    public String toString() {
        return parameters.isEmpty()
                ? reference
                : parameters.entrySet().stream()
                        .map(Map.Entry::toString)
                        .collect(Collectors.joining(",", reference + "(", ")"));
    }
}
