package dev.microphone.processor.deploy;

import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PluginStatus;
import dev.microphone.processor.chain.PluginVersion;
import dev.microphone.processor.wasm.PluginMemory;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.PluginDeployed;
import dev.microphone.schemas.event.PluginRejected;
import dev.microphone.schemas.event.PluginReplaced;
import dev.microphone.schemas.event.PluginResumed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces plugins of a running processor, and tells of it. Owned by one thread, which may be kept busy for a second by
 * each new version, and is none with live frames.
 */
public final class PluginControl {
    private final PluginLibrary library;
    private final PluginSources sources;
    private final ControlEventListener events;
    private final Consumer<String> messages;
    private final PluginFolderWatch watch;
    /** By plugin, what was last said of its file: a bad file that is only touched is not complained of again. */
    private final Map<String, String> fileComplaints = new HashMap<>();

    /**
     * What became of an upload.
     *
     * @param digest of the module
     * @param replaced empty when that version ran already
     * @param file where it was kept for the next start; null when there is no plugin directory
     */
    public record Deployed(
            String digest,
            Optional<PluginReplaced> replaced,
            @Nullable Path file) {}

    /** @param messages told, in one line, what is wrong but not fatal */
    public PluginControl(
            PluginLibrary library, PluginSources sources, ControlEventListener events, Consumer<String> messages) {
        this.library = library;
        this.sources = sources;
        this.events = events;
        this.messages = messages;
        this.watch = new PluginFolderWatch(messages);
    }

    /** Looks for files that have changed, and replaces what they hold. */
    public void poll() {
        Map<String, Path> files = new HashMap<>();
        for (PluginStatus plugin : library.statuses()) {
            Path file = sources.fileOf(plugin.plugin());
            if (file != null) {
                files.put(plugin.plugin(), file);
            }
        }
        watch.poll(files, this::onChange);
    }

    private boolean onChange(String reference, Path file) {
        PluginVersion version = null;
        FileStamp before = FileStamp.of(file);
        try {
            version = sources.read(file);
            if (!String.valueOf(before).equals(String.valueOf(FileStamp.of(file)))) {
                return false;
            }
            library.replace(reference, version).ifPresent(events::onEvent);
            fileComplaints.remove(reference);
        } catch (PluginRejectedException e) {
            String digest = version == null ? "" : version.digest();
            String complaint = digest + " " + e.getMessage();
            if (!complaint.equals(fileComplaints.put(reference, complaint))) {
                reject(reference, digest, file.toString(), e);
            }
        }
        return true;
    }

    private void reject(String reference, String digest, String origin, PluginRejectedException e) {
        String running = library.statuses().stream()
                .filter(plugin -> plugin.plugin().equals(reference))
                .map(plugin -> plugin.version().digest())
                .findFirst()
                .orElse("");
        events.onEvent(new PluginRejected(reference, digest, running, origin, String.valueOf(e.getMessage())));
    }

    /**
     * Takes a version that somebody sent, checks it, and has all streams that use the plugin go on with it. With a plugin
     * directory it is kept there, so that it is also what the next start finds.
     *
     * @param name as chains name the plugin
     * @param signature null when none came with it
     * @throws PluginRejectedException when it is refused: then nothing has changed, and the event is told
     */
    public Deployed deploy(String name, byte[] wasm, byte @Nullable [] signature, String origin)
            throws PluginRejectedException {
        try {
            if (!PluginSources.isName(name)) {
                throw new PluginRejectedException(
                        "has the name '" + name + "': allowed are 1 to 64 letters, digits, '-' and '_'");
            }
            PluginVersion version =
                    new PluginVersion(wasm, origin, sources.trust().signerOf(wasm, signature));
            Optional<PluginReplaced> replaced = library.replace(name, version);
            Path file = keep(name, wasm, signature);
            events.onEvent(new PluginDeployed(
                    name,
                    version.digest(),
                    origin,
                    version.signer(),
                    wasm.length,
                    file == null ? "" : file.toString()));
            replaced.ifPresent(events::onEvent);
            return new Deployed(version.digest(), replaced, file);
        } catch (PluginRejectedException e) {
            reject(name, PluginModule.digestOf(wasm), origin, e);
            throw e;
        }
    }

    private @Nullable Path keep(String name, byte[] wasm, byte @Nullable [] signature) {
        Path file = sources.directory() == null ? null : sources.fileOf(name);
        if (file == null) {
            return null;
        }
        try {
            // The signature first: with the module of before it is a wrong one for an instant, and is not looked at
            // yet.
            if (signature == null) {
                Files.deleteIfExists(PluginSources.signatureOf(file));
            } else {
                write(PluginSources.signatureOf(file), signature);
            }
            write(file, wasm);
            watch.markHandled(name, file);
            return file;
        } catch (IOException e) {
            messages.accept("plugin '" + name + "' runs, and could not be kept for the next start: " + e);
            return null;
        }
    }

    /** Whole or not at all, also when the power fails in between. */
    private static void write(Path file, byte[] bytes) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".part");
        Files.write(unfinished, bytes);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Goes back to the version before, until the next start or the next change of the plugin's file.
     *
     * @return empty when none is kept
     */
    public Optional<PluginReplaced> rollBack(String reference) throws PluginRejectedException {
        Optional<PluginReplaced> replaced = library.rollBack(reference);
        replaced.ifPresent(events::onEvent);
        return replaced;
    }

    /** Gives a plugin a full fault budget wherever it is left out. */
    public PluginResumed resume(String reference) {
        PluginResumed resumed = library.resume(reference);
        events.onEvent(resumed);
        return resumed;
    }

    /** What all plugins may have together, and have. Any thread. */
    public PluginMemory memory() {
        return library.memory();
    }

    /** All plugins that were loaded. Any thread. */
    public List<PluginStatus> statuses() {
        return library.statuses();
    }
}
