package dev.microphone.processor.wasm;

import java.util.List;
import java.util.stream.Collectors;

/** A plugin that cannot be used. The message is one line. */
public final class PluginRejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<PluginFinding> findings;

    /** @param findings at least one that rejects */
    public PluginRejectedException(List<PluginFinding> findings) {
        super(findings.stream()
                .filter(PluginFinding::rejects)
                .map(PluginFinding::message)
                .collect(Collectors.joining("; ")));
        this.findings = List.copyOf(findings);
    }

    public PluginRejectedException(String message) {
        this(List.of(PluginFinding.error(message)));
    }

    /** All findings, warnings too. */
    public List<PluginFinding> findings() {
        return findings;
    }
}
