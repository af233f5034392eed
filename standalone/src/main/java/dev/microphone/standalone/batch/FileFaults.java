package dev.microphone.standalone.batch;

import dev.microphone.processor.chain.PluginFaultListener;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What plugins did wrong on one file. Owned by the file's thread. */
final class FileFaults implements PluginFaultListener {
    private int count;
    private @Nullable Event first;
    private @Nullable Event bypass;

    @Override
    public void onFault(Event event) {
        count++;
        if (first == null) {
            first = event;
        }
        if (event.bypassed()) {
            bypass = event;
        }
    }

    /** A file whose greater part passed a plugin unprocessed is not what was asked for. */
    void requireNotBypassed() throws IOException {
        Event left = bypass;
        if (left != null) {
            throw new IOException("plugin '" + left.plugin() + "' failed " + count + " times, last on frame "
                    + left.sequence() + " (" + left.fault().label() + "): nothing was written");
        }
    }

    Optional<String> warning() {
        Event fault = first;
        return fault == null
                ? Optional.empty()
                : Optional.of("plugin '" + fault.plugin() + "' failed on " + count + " frames, first on frame "
                        + fault.sequence() + " (" + fault.fault().label() + "): they are unprocessed");
    }
}
