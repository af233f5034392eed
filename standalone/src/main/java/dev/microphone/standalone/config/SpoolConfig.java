package dev.microphone.standalone.config;

import dev.microphone.edge.spool.SpoolLimits;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an agent keeps until a processor has it for good.
 *
 * @param folder where it survives the agent; null: in memory
 * @param limits what is older is dropped
 */
public record SpoolConfig(@Nullable Path folder, SpoolLimits limits) {
    private static final int MEBIBYTE = 1 << 20;
    private static final int MAX_SECONDS = 86_400;
    private static final int MAX_MEBIBYTES = 1 << 20;

    static SpoolConfig defaults() {
        return new SpoolConfig(null, SpoolLimits.defaults());
    }

    static SpoolConfig read(TomlSection section) {
        SpoolLimits defaults = SpoolLimits.defaults();
        String folder = section.text("folder", "");
        int seconds = section.integer("stream-seconds", defaults.streamSeconds(), 1, MAX_SECONDS);
        int mebibytes = section.integer("mebibytes", (int) (defaults.agentBytes() / MEBIBYTE), 1, MAX_MEBIBYTES);
        section.finish();
        return new SpoolConfig(
                folder.isEmpty() ? null : Path.of(folder), new SpoolLimits(seconds, (long) mebibytes * MEBIBYTE));
    }
}
