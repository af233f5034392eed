package dev.microphone.standalone.plugin;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginFiles;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.standalone.terminal.DidYouMean;
import dev.microphone.standalone.terminal.UserError;
import java.util.List;
import java.util.function.Consumer;

/** Loads chains as the user names them. Any thread. */
public final class Plugins implements AutoCloseable {
    /** For files: nobody waits for a frame, so an endless loop is what is to be found, not a slow start. */
    public static final PluginLimits OFFLINE_LIMITS = PluginLimits.defaults().withFrameBudgetNs(1_000_000_000L);

    private final Watchdog watchdog = Watchdog.start();
    private final PluginLibrary library;

    /**
     * @param warmUpFrames before a plugin is used; 0 where its first frames may be slow
     * @param messages told of what is odd, in one line
     */
    public Plugins(PluginLimits limits, int warmUpFrames, Consumer<String> messages) {
        library = new PluginLibrary(
                PluginFiles.official(), limits, PluginCacheFolder.open(), watchdog, warmUpFrames, messages);
    }

    /** Enforces the limits of all plugins loaded here. */
    public Watchdog watchdog() {
        return watchdog;
    }

    /**
     * Loads and warms; may take a second.
     *
     * @throws UserError when there is no such plugin, or it is rejected
     */
    public PreparedChain prepare(String chain) {
        ChainSpec spec = ChainSpec.parse(chain);
        requireOfficial(spec);
        try {
            return library.prepare(spec);
        } catch (PluginRejectedException e) {
            throw UserError.failed(String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireOfficial(ChainSpec spec) {
        List<String> official = OfficialPlugins.names();
        for (PluginSpec plugin : spec.plugins()) {
            if (!plugin.isFile() && !official.contains(plugin.reference())) {
                throw UserError.badUsage("unknown plugin '" + plugin.reference() + "'"
                        + DidYouMean.suffix(plugin.reference(), official) + ": known are "
                        + String.join(", ", official) + "; a file is named by a path that ends in .wasm");
            }
        }
    }

    @Override
    public void close() {
        library.close();
        watchdog.close();
    }
}
