package dev.microphone.processor.chain;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A chain as written: {@code highpass(hz=80),rnnoise,./mine.wasm}, or {@code none}.
 *
 * @param plugins in the order in which a frame passes them; empty for a chain that changes nothing
 */
public record ChainSpec(List<PluginSpec> plugins) implements Serializable {
    /** Passes frames through. */
    public static final ChainSpec NONE = new ChainSpec(List.of());

    /** More would not fit a frame's time; keeps a mistake in a config from loading without end. */
    public static final int MAX_PLUGINS = 16;

    public ChainSpec {
        plugins = List.copyOf(plugins);
    }

    /** @throws ChainSyntaxException with the position, what was found there and what is allowed */
    public static ChainSpec parse(String text) {
        return new ChainParser(text).parse();
    }

    /** What {@link #parse} reads back, but for limits of single plugins. */
    @Override
    public String toString() {
        return plugins.isEmpty()
                ? "none"
                : plugins.stream().map(PluginSpec::toString).collect(Collectors.joining(","));
    }
}
