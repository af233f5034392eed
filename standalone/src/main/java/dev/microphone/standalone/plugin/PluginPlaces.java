package dev.microphone.standalone.plugin;

import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.wasm.PluginRejectedException;
import java.util.HashMap;
import java.util.Map;

/**
 * Where a config file names its plugins and their parameters: only who loads a plugin learns what it takes, long after
 * the file was read. Of plugins that are written alike the first counts, as they are refused alike.
 *
 * @param words to stand before a message (file, line and key), by plugin as a chain writes it, and by parameter
 */
public record PluginPlaces(Map<String, String> words) {
    /** Of chains that stand in no file. */
    public static final PluginPlaces NONE = new PluginPlaces(Map.of());

    public PluginPlaces {
        words = Map.copyOf(words);
    }

    /** Collects places while a file is read. */
    public static final class Builder {
        private final Map<String, String> words = new HashMap<>();

        /** Where the plugin itself stands. */
        public void add(PluginSpec plugin, String place) {
            words.putIfAbsent(plugin.toString(), place);
        }

        /** Where one of its parameters stands; without, that is where the plugin does. */
        public void add(PluginSpec plugin, String parameter, String place) {
            words.putIfAbsent(key(plugin.toString(), parameter), place);
        }

        public PluginPlaces build() {
            return new PluginPlaces(words);
        }
    }

    private static String key(String plugin, String parameter) {
        return plugin + "\n" + parameter;
    }

    /** @return empty when the file does not name it: it is of a flag, or of the control API */
    String before(PluginSpec plugin) {
        return words.getOrDefault(plugin.toString(), "");
    }

    /** @return as {@link #before(PluginSpec)}, the parameter's own place where it is about one */
    String before(PluginRejectedException refusal) {
        String plugin = refusal.plugin();
        String ofPlugin = words.getOrDefault(plugin, "");
        String parameter = refusal.parameter();
        return parameter == null ? ofPlugin : words.getOrDefault(key(plugin, parameter), ofPlugin);
    }
}
