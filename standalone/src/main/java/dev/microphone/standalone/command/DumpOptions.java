package dev.microphone.standalone.command;

import dev.microphone.standalone.dump.StageDump;
import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that {@code run} and {@code process} share. */
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class DumpOptions {
    /** What a WAV file holds. */
    private static final int MAX_MEBIBYTES = 4_000;

    private static final String DEFAULT_MEBIBYTES = "512";

    @Option(
            names = "--dump-stages",
            paramLabel = "DIR",
            description = "To find out which stage does what: writes each stream as WAV before the chain and behind"
                    + " every plugin.")
    private @Nullable Path folder;

    @Option(
            names = "--dump-limit",
            paramLabel = "MIB",
            defaultValue = DEFAULT_MEBIBYTES,
            description = "Of all files of the dump together; default ${DEFAULT-VALUE}: ten minutes of a stream with"
                    + " two plugins.")
    private int limitMebibytes;

    /** @return null when nothing is to be dumped */
    @Nullable
    StageDump open(StageDump.WhenBehind whenBehind, Consumer<String> messages) throws IOException {
        if (limitMebibytes < 1 || limitMebibytes > MAX_MEBIBYTES) {
            throw UserError.badUsage("--dump-limit " + limitMebibytes + ": allowed are 1 to " + MAX_MEBIBYTES);
        }
        return folder == null ? null : new StageDump(folder, (long) limitMebibytes << 20, whenBehind, messages);
    }
}
