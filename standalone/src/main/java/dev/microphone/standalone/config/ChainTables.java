package dev.microphone.standalone.config;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.standalone.plugin.PluginPlaces;
import dev.microphone.standalone.terminal.DidYouMean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The {@code [[chain]]} tables of a config: chains with a name, whose plugins may have limits of their own. */
final class ChainTables {
    /** No name looks like a path or a list. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private ChainTables() {}

    /**
     * Reads them all.
     *
     * @param common what holds where a plugin's own limits say nothing
     * @param places gets where each plugin and parameter stands
     */
    static Map<String, ChainSpec> read(List<TomlSection> sections, PluginConfig common, PluginPlaces.Builder places) {
        Map<String, ChainSpec> chains = new LinkedHashMap<>();
        for (TomlSection section : sections) {
            if (!section.has("name")) {
                section.missing("name", "a text such as \"speech\"");
            }
            Optional<String> name = section.text("name", ChainTables::checkedName);
            List<PluginSpec> plugins = new ArrayList<>();
            if (!section.has("plugin")) {
                section.missing("plugin", "tables, each written [[chain.plugin]]");
            }
            for (TomlSection plugin : section.sections("plugin")) {
                Optional<PluginSpec> read = plugin(plugin, common);
                read.ifPresent(plugins::add);
                read.ifPresent(spec -> addPlaces(plugin, spec, places));
            }
            if (plugins.size() > ChainSpec.MAX_PLUGINS) {
                section.contradiction("plugin", plugins.size() + " plugins: the limit is " + ChainSpec.MAX_PLUGINS);
            }
            if (name.isPresent() && chains.putIfAbsent(name.get(), new ChainSpec(plugins)) != null) {
                section.contradiction("name", "another chain has the same name, '" + name.get() + "'");
            }
            section.finish();
        }
        return chains;
    }

    private static String checkedName(String name) {
        if (!NAME.matcher(name).matches() || name.equals("none")) {
            throw new IllegalArgumentException(
                    "chain name '" + name + "': allowed are 1 to 64 letters, digits, '-' and '_', and not 'none'");
        }
        if (OfficialPlugins.names().contains(name)) {
            throw new IllegalArgumentException("chain name '" + name + "' is also a plugin's: chain = \"" + name
                    + "\" could mean either; choose another");
        }
        return name;
    }

    private static Optional<PluginSpec> plugin(TomlSection section, PluginConfig common) {
        if (!section.has("plugin")) {
            section.missing("plugin", "a plugin's name or the path of a .wasm file");
        }
        Optional<PluginSpec> plugin = section.text("plugin", ChainTables::checkedReference);
        Map<String, String> parameters = section.parameters("params");
        boolean hasLimits = section.has("limits");
        TomlSection limits = section.section("limits");
        PluginConfig own = limits(limits, common);
        limits.finish();
        section.finish();
        return plugin.map(written -> {
            PluginSpec spec = new PluginSpec(written.reference(), parameters);
            return hasLimits ? spec.withLimits(own.limits()).withFaultPolicy(own.faultPolicy()) : spec;
        });
    }

    private static void addPlaces(TomlSection section, PluginSpec plugin, PluginPlaces.Builder places) {
        places.add(plugin, section.placeOf("plugin"));
        plugin.parameters().keySet().forEach(key -> places.add(plugin, key, section.placeOf("params", key)));
    }

    private static PluginSpec checkedReference(String reference) {
        ChainSpec spec = ChainSpec.parse(reference);
        if (spec.plugins().size() != 1 || !spec.plugins().get(0).parameters().isEmpty()) {
            throw new IllegalArgumentException("plugin '" + reference
                    + "': allowed is one plugin's name or path; its parameters go into params, others into tables"
                    + " of their own");
        }
        return spec.plugins().get(0);
    }

    /** The keys that hold for all plugins in {@code [plugins]}, and for one in its {@code limits}. */
    static PluginConfig limits(TomlSection section, PluginConfig defaults) {
        return new PluginConfig(
                Duration.ofMillis(section.integer(
                        "deadline-millis", Math.toIntExact(defaults.deadline().toMillis()), 1, 1_000)),
                section.integer("memory-mebibytes", defaults.memoryMebibytes(), 1, 1_024),
                defaults.totalMemoryMebibytes(),
                section.integer("nested-calls", defaults.nestedCalls(), 1, 4_096),
                section.integer("fault-limit", defaults.faultLimit(), 1, 1_000),
                Duration.ofSeconds(section.integer(
                        "fault-window-seconds",
                        Math.toIntExact(defaults.faultWindow().toSeconds()),
                        1,
                        3_600)),
                section.integer("failing-streams-limit", defaults.failingStreamsLimit(), 1, 1_000),
                Duration.ofSeconds(section.integer(
                        "failing-streams-window-seconds",
                        Math.toIntExact(defaults.failingStreamsWindow().toSeconds()),
                        1,
                        3_600)),
                defaults.directory(),
                defaults.trustedKeys(),
                defaults.requireSignature());
    }

    /**
     * Looks what a stream's chain means: the name of a chain of the config, or a list of plugins.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static ChainSpec resolve(String text, Map<String, ChainSpec> chains) {
        ChainSpec named = chains.get(text.strip());
        if (named != null) {
            return named;
        }
        ChainSpec spec = ChainSpec.parse(text);
        boolean isWord =
                spec.plugins().size() == 1 && NAME.matcher(text.strip()).matches();
        String suggestion = isWord ? DidYouMean.suffix(text.strip(), chains.keySet()) : "";
        if (!suggestion.isEmpty() && !OfficialPlugins.names().contains(text.strip())) {
            throw new IllegalArgumentException("there is no chain '" + text.strip() + "'" + suggestion);
        }
        return spec;
    }
}
