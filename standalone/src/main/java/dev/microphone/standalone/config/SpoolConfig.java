package dev.microphone.standalone.config;

import dev.microphone.edge.cluster.LiveFirst;
import dev.microphone.edge.spool.SpoolLimits;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an agent keeps until a processor has it for good.
 *
 * @param folder where it survives the agent; null: in memory
 * @param limits what is older is dropped
 * @param replay of streams that say nothing themselves
 * @param inOrderMillis a backlog that is no longer goes in order in any case
 */
public record SpoolConfig(@Nullable Path folder, SpoolLimits limits, Replay replay, int inOrderMillis) {
    private static final int MEBIBYTE = 1 << 20;
    private static final int MAX_SECONDS = 86_400;
    private static final int MAX_MEBIBYTES = 1 << 20;
    private static final int MAX_IN_ORDER_MILLIS = 86_400_000;
    private static final int DEFAULT_IN_ORDER_MILLIS = (int) (LiveFirst.DEFAULT_IN_ORDER_NS / 1_000_000);

    static SpoolConfig defaults() {
        return new SpoolConfig(null, SpoolLimits.defaults(), Replay.IN_ORDER, DEFAULT_IN_ORDER_MILLIS);
    }

    static SpoolConfig read(TomlSection section) {
        SpoolLimits defaults = SpoolLimits.defaults();
        String folder = section.text("folder", "");
        int seconds = section.integer("stream-seconds", defaults.streamSeconds(), 1, MAX_SECONDS);
        int mebibytes = section.integer("mebibytes", (int) (defaults.agentBytes() / MEBIBYTE), 1, MAX_MEBIBYTES);
        Replay replay = section.text("replay", Replay::parse).orElse(Replay.IN_ORDER);
        int inOrderMillis = section.integer("in-order-millis", DEFAULT_IN_ORDER_MILLIS, 0, MAX_IN_ORDER_MILLIS);
        section.finish();
        return new SpoolConfig(
                folder.isEmpty() ? null : Path.of(folder),
                new SpoolLimits(seconds, (long) mebibytes * MEBIBYTE),
                replay,
                inOrderMillis);
    }

    /** With another folder. */
    public SpoolConfig in(Path newFolder) {
        return new SpoolConfig(newFolder, limits, replay, inOrderMillis);
    }
}
