package dev.microphone.standalone.plugin;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.deploy.PluginCacheFolder;
import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginMemory;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.standalone.terminal.DidYouMean;
import dev.microphone.standalone.terminal.UserError;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** Loads chains as the user names them. Any thread. */
public final class Plugins implements AutoCloseable {
    /**
     * For files: nobody waits for a frame, so an endless loop is what is to be found, not a slow start. 10 s: where twenty
     * programs shared two cores, first frames took more than 1 s, and whole files failed for it.
     */
    public static final PluginLimits OFFLINE_LIMITS = PluginLimits.defaults().withFrameBudgetNs(10_000_000_000L);

    private final Watchdog watchdog = Watchdog.start();
    private final PluginSources sources;
    private final PluginLibrary library;
    private final PluginPlaces places;

    /**
     * Official plugins and those of paths, whoever made them.
     *
     * @param warmUpFrames before a plugin is used; 0 where its first frames may be slow
     * @param messages told of what is odd, in one line
     */
    public Plugins(PluginLimits limits, int warmUpFrames, Consumer<String> messages) {
        this(
                new PluginSources(null, PluginTrust.ANYONE),
                limits,
                PluginMemory.halfOfTheHeap(),
                warmUpFrames,
                messages,
                PluginPlaces.NONE);
    }

    /**
     * As a config has them.
     *
     * @param sources where plugins come from
     * @param memory what all of them may have together
     * @param places where the config names them
     */
    public Plugins(
            PluginSources sources,
            PluginLimits limits,
            PluginMemory memory,
            int warmUpFrames,
            Consumer<String> messages,
            PluginPlaces places) {
        this.places = places;
        this.sources = sources;
        this.library =
                new PluginLibrary(sources, limits, memory, PluginCacheFolder.open(), watchdog, warmUpFrames, messages);
    }

    /** Enforces the limits of all plugins loaded here. */
    public Watchdog watchdog() {
        return watchdog;
    }

    public PluginLibrary library() {
        return library;
    }

    public PluginSources sources() {
        return sources;
    }

    /**
     * Loads and warms; may take a second.
     *
     * @throws UserError when there is no such plugin, or it is rejected
     */
    public PreparedChain prepare(String chain) {
        return prepare(ChainSpec.parse(chain));
    }

    /** As {@link #prepare(String)}. */
    public PreparedChain prepare(ChainSpec spec) {
        return prepare(spec, library::prepare);
    }

    /**
     * The same for streams that are about to begin, before anything is live; their frames must wait until {@link
     * #keepingUp}. See {@link PluginLibrary#prepareSoon}.
     *
     * @throws UserError as {@link #prepare(String)}
     */
    public PreparedChain prepareSoon(ChainSpec spec) {
        return prepare(spec, library::prepareSoon);
    }

    /**
     * Done when the plugins of all chains that were prepared soon before this call keep up; with a {@link UserError} when
     * one of them failed.
     */
    public CompletableFuture<Void> keepingUp() {
        return library.keepingUp().exceptionally(e -> {
            throw e.getCause() instanceof PluginRejectedException refusal
                    ? refused(refusal)
                    : new CompletionException(e);
        });
    }

    /** Either way to load a chain. */
    @FunctionalInterface
    private interface Loading {
        PreparedChain of(ChainSpec spec) throws PluginRejectedException;
    }

    private PreparedChain prepare(ChainSpec spec, Loading loading) {
        requireKnown(spec);
        try {
            return loading.of(spec);
        } catch (PluginRejectedException e) {
            throw refused(e);
        }
    }

    private UserError refused(PluginRejectedException e) {
        String message = places.before(e) + e.getMessage();
        return e.isAboutParameters() ? UserError.badUsage(message, e) : UserError.failed(message, e);
    }

    private void requireKnown(ChainSpec spec) {
        TreeSet<String> known = new TreeSet<>(OfficialPlugins.names());
        known.addAll(sources.names());
        library.statuses().forEach(status -> known.add(status.plugin()));
        for (PluginSpec plugin : spec.plugins()) {
            if (!plugin.isFile() && !known.contains(plugin.reference())) {
                throw UserError.badUsage(places.before(plugin) + "unknown plugin '" + plugin.reference() + "'"
                        + DidYouMean.suffix(plugin.reference(), List.copyOf(known)) + ": known are "
                        + String.join(", ", known) + "; a file is named by a path that ends in .wasm");
            }
        }
    }

    @Override
    public void close() {
        library.close();
        watchdog.close();
    }
}
