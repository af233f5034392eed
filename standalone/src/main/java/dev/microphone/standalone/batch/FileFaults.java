package dev.microphone.standalone.batch;

import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.PluginFaulted;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What plugins did wrong on one file. Owned by the file's thread. */
final class FileFaults implements ControlEventListener {
    private int count;
    private @Nullable PluginFaulted first;
    private @Nullable PluginFaulted bypass;

    @Override
    public void onEvent(ControlEvent event) {
        if (event instanceof PluginFaulted fault) {
            count++;
            if (first == null) {
                first = fault;
            }
            if (fault.bypassed()) {
                bypass = fault;
            }
        }
    }

    /** A file whose greater part passed a plugin unprocessed is not what was asked for. */
    void requireNotBypassed() throws IOException {
        PluginFaulted left = bypass;
        if (left != null) {
            throw new IOException("plugin '" + left.plugin() + "' failed " + count + " times, last on frame "
                    + left.sequence() + " (" + left.reason() + "): nothing was written");
        }
    }

    Optional<String> warning() {
        PluginFaulted fault = first;
        return fault == null
                ? Optional.empty()
                : Optional.of("plugin '" + fault.plugin() + "' failed on " + count + " frames, first on frame "
                        + fault.sequence() + " (" + fault.reason() + "): they are unprocessed");
    }
}
