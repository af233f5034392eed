package dev.microphone.processor.deploy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks, at each {@link #poll}, which plugins' files have changed. A change counts when it has stayed the same from one
 * poll to the next: a file that is being written, or whose signature is not there yet, is left alone meanwhile. Polling
 * works wherever files are (network file systems, links swapped by a deployment tool); it costs two looks at the
 * directory's entries a file. Owned by one thread.
 */
final class PluginFolderWatch {
    private static final class Watched {
        /** What was last looked into. */
        private @Nullable FileStamp handled;
        /** What is waited for to stay. */
        private @Nullable FileStamp pending;
    }

    private final Map<String, Watched> watched = new HashMap<>();
    private final Consumer<String> messages;

    /** Told of each file that has changed. */
    @FunctionalInterface
    interface Changes {
        /** @return whether the file was read as a whole; where not, it is looked at again */
        boolean onChange(String reference, Path file);
    }

    /** @param messages told of files that have gone */
    PluginFolderWatch(Consumer<String> messages) {
        this.messages = messages;
    }

    /** @param files by plugin, those that are of interest */
    void poll(Map<String, Path> files, Changes changes) {
        watched.keySet().retainAll(files.keySet());
        files.forEach((reference, file) -> look(reference, file, changes));
    }

    /** What is in the file now was looked into in another way: it is no change. */
    void markHandled(String reference, Path file) {
        watched.computeIfAbsent(reference, name -> new Watched()).handled = FileStamp.of(file);
    }

    private void look(String reference, Path file, Changes changes) {
        Watched plugin = watched.computeIfAbsent(reference, name -> new Watched());
        FileStamp now = FileStamp.of(file);
        if (now == null) {
            if (plugin.handled != null) {
                messages.accept("plugin '" + reference + "': " + file
                        + " is gone; the version that runs goes on until the next start");
            }
            plugin.handled = null;
            plugin.pending = null;
        } else if (now.equals(plugin.handled)) {
            plugin.pending = null;
        } else if (!now.equals(plugin.pending)) {
            plugin.pending = now;
        } else if (changes.onChange(reference, file) && Objects.equals(now, FileStamp.of(file))) {
            plugin.handled = now;
            plugin.pending = null;
        } else {
            plugin.pending = null;
        }
    }
}
