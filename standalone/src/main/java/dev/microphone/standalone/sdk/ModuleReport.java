package dev.microphone.standalone.sdk;

import dev.microphone.processor.wasm.PluginAnatomy;
import dev.microphone.processor.wasm.PluginFinding;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginRejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is said of a module that was built or checked.
 *
 * @param accepted whether it would be loaded
 * @param lines for the user, in the order in which they are to be read: findings first, then what it is made of
 */
public record ModuleReport(boolean accepted, List<String> lines) {
    private static final String JIT_ADVICE = "advice: split that function and keep the parts apart with"
            + " __attribute__((noinline)), or build with --flag=-fno-inline-functions --flag=-fno-unroll-loops";

    public ModuleReport {
        lines = List.copyOf(lines);
    }

    /** Checks and compiles; nothing of the module runs. */
    public static ModuleReport of(byte[] wasm) {
        PluginLimits limits = PluginLimits.defaults();
        List<PluginFinding> findings = PluginModule.check(wasm, limits);
        List<String> lines = new ArrayList<>();
        findings.forEach(finding -> lines.add(finding.toString()));
        if (findings.stream().anyMatch(PluginFinding::rejects)) {
            return new ModuleReport(false, lines);
        }
        try {
            PluginAnatomy anatomy = PluginAnatomy.of(wasm, limits);
            if (anatomy.largestBytecodes() > PluginAnatomy.JIT_LIMIT_BYTECODES) {
                lines.add(JIT_ADVICE);
            }
            lines.addAll(describe(anatomy));
            return new ModuleReport(true, lines);
        } catch (PluginRejectedException e) {
            throw new IllegalStateException("accepted and then rejected", e);
        }
    }

    private static List<String> describe(PluginAnatomy anatomy) {
        return List.of(
                "exports  " + String.join(", ", anatomy.exports()),
                String.format(Locale.ROOT, "memory   %d KiB an instance", anatomy.memoryBytes() / 1024),
                String.format(
                        Locale.ROOT,
                        "code     %d functions, the longest %s: %,d JVM bytecodes, the limit is %,d",
                        anatomy.functions(),
                        anatomy.largestFunction(),
                        anatomy.largestBytecodes(),
                        PluginAnatomy.JIT_LIMIT_BYTECODES),
                "digest   " + anatomy.digest());
    }
}
