package dev.microphone.processor.wasm;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A plugin that cannot be used. The message is one line. */
public final class PluginRejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<PluginFinding> findings;
    private final boolean isAboutParameters;
    private final @Nullable String parameter;
    private final String plugin;

    private PluginRejectedException(
            String message,
            List<PluginFinding> findings,
            boolean isAboutParameters,
            @Nullable String parameter,
            String plugin) {
        super(message);
        this.plugin = plugin;
        this.findings = List.copyOf(findings);
        this.isAboutParameters = isAboutParameters;
        this.parameter = parameter;
    }

    /** @param findings at least one that rejects */
    public PluginRejectedException(List<PluginFinding> findings) {
        this(
                findings.stream()
                        .filter(PluginFinding::rejects)
                        .map(PluginFinding::message)
                        .collect(Collectors.joining("; ")),
                findings,
                false,
                null,
                "");
    }

    public PluginRejectedException(String message) {
        this(List.of(PluginFinding.error(message)));
    }

    /** @param parameter that the plugin refused; null where it did not say which */
    static PluginRejectedException ofParameters(String message, @Nullable String parameter) {
        return new PluginRejectedException(message, List.of(PluginFinding.error(message)), true, parameter, "");
    }

    /** The same, with the plugin's name before the reason, and more words behind it. */
    public PluginRejectedException about(String plugin, String more) {
        PluginRejectedException named = new PluginRejectedException(
                "plugin '" + plugin + "' " + getMessage() + more, findings(), isAboutParameters, parameter, plugin);
        named.initCause(this);
        return named;
    }

    /** All findings, warnings too. */
    public List<PluginFinding> findings() {
        return findings;
    }

    /** Whether the plugin is well, and what a chain's author wrote for it is not. */
    public boolean isAboutParameters() {
        return isAboutParameters;
    }

    /** As the chain writes it; empty before that is known. */
    public String plugin() {
        return plugin;
    }

    /** The key of the parameter that it refused; null where that is not known. */
    public @Nullable String parameter() {
        return parameter;
    }
}
