package dev.microphone.standalone.live;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.ProcessorAgent;
import dev.microphone.processor.ProcessorSettings;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.deploy.PluginControl;
import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.router.http.HttpRoutes;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.PluginConfig;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.control.ControlEndpoints;
import dev.microphone.standalone.control.ControlThread;
import dev.microphone.standalone.control.EventLog;
import dev.microphone.standalone.control.LiveChains;
import dev.microphone.standalone.dump.StageDump;
import dev.microphone.standalone.plugin.Plugins;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ServiceHost;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The processor's part: which stream passes which chain, inside which limits. Loaded before anything is live, warmed
 * up while the first frames wait, and changed later.
 */
final class Processing {
    private static final String NAME = "local";

    private final Plugins plugins;
    private final CompletableFuture<Void> keepingUp;
    private final LiveChains chains;
    private final ProcessorSettings settings;
    private final ControlEventListener events;
    private final ControlThread control;
    private final PluginControl pluginControl;

    private Processing(
            Plugins plugins,
            CompletableFuture<Void> keepingUp,
            LiveChains chains,
            ProcessorSettings settings,
            ControlEventListener events,
            ControlThread control,
            PluginControl pluginControl) {
        this.plugins = plugins;
        this.keepingUp = keepingUp;
        this.chains = chains;
        this.settings = settings;
        this.events = events;
        this.control = control;
        this.pluginControl = pluginControl;
    }

    static Processing prepare(
            MicrophoneConfig config,
            FirstFrames firstFrames,
            ControlPart part,
            ServiceHost host,
            Consumer<String> messages) {
        PluginConfig limits = config.plugins();
        ControlEventListener events = part.events();
        PluginSources sources = new PluginSources(limits.directory(), limits.trust());
        Plugins plugins = host.own(new Plugins(
                sources,
                limits.limits(),
                limits.totalMemory(),
                PluginLibrary.DEFAULT_WARM_UP_FRAMES,
                messages,
                config.pluginPlaces()));
        tellWhoWins(config, sources, messages);
        LiveChains chains = new LiveChains(
                plugins, chain -> firstFrames.prepare(plugins, chain), config::chain, config.defaultChain(), events);
        for (StreamConfig stream : config.streams()) {
            chains.begin(stream.name(), stream.chain(), stream.capture().frameMillis());
        }
        CompletableFuture<Void> keepingUp = plugins.keepingUp();
        // Those that no stream passes yet: what is wrong with them shows now, and assigning one later takes no time.
        config.chains().values().forEach(plugins::prepareSoon);
        CompletableFuture<Void> others = plugins.keepingUp();
        var unused = keepingUp.thenRun(() -> tellOfFailure(others, messages));
        ProcessorSettings defaults = ProcessorSettings.defaults();
        ProcessorSettings settings = new ProcessorSettings(
                defaults.maxSessions(), defaults.idleTimeoutNs(), defaults.frameLimit(), limits.faultPolicy());
        ControlThread control = host.own(new ControlThread(host.errors()::onError));
        PluginControl pluginControl = new PluginControl(plugins.library(), sources, events, messages);
        return new Processing(plugins, keepingUp, chains, settings, events, control, pluginControl);
    }

    /** From now on people can see plugins and chains, and change them. */
    void register(HttpRoutes routes, MicrophoneConfig config, EventLog log, Metrics metrics) {
        ControlEndpoints.register(routes, pluginControl, chains, config.chains(), log, control, metrics);
    }

    private static void tellOfFailure(CompletableFuture<Void> plugins, Consumer<String> messages) {
        var unused = plugins.whenComplete((nothing, failure) -> {
            if (failure != null) {
                Throwable refusal = failure.getCause();
                messages.accept(String.valueOf(refusal == null ? failure : refusal.getMessage()));
            }
        });
    }

    private static void tellWhoWins(MicrophoneConfig config, PluginSources sources, Consumer<String> messages) {
        for (String name : sources.names()) {
            if (config.chains().containsKey(name)) {
                throw UserError.badUsage("chain '" + name + "' has the name of a plugin in "
                        + config.plugins().directory() + ": chain = \"" + name
                        + "\" could mean either; choose another");
            }
            if (OfficialPlugins.names().contains(name)) {
                messages.accept("plugin '" + name + "' is " + config.plugins().directory() + "/" + name
                        + ".wasm, not the one that came with Microphone");
            }
        }
    }

    /** Has a stream's chains dumped, that of the start and those it is given later; before the agent runs. */
    void dump(long streamId, StageDump.Stream into) {
        chains.tap(streamId, into.chain(), into::nextChain);
    }

    /** Done when the plugins of all streams keep up; with a UserError when one of them failed. */
    CompletableFuture<Void> keepingUp() {
        return keepingUp;
    }

    /** @throws UserError when a plugin failed in its warm-up */
    void awaitKeepingUp() {
        try {
            keepingUp.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** What a stream passes, as it was written. Any thread. */
    String chainTextOf(long streamId) {
        return chains.chainTextOf(streamId);
    }

    /** Takes no frame before all plugins keep up. */
    ProcessorAgent agent(FramePoller captured, FrameHandler toRouter, Metrics metrics) {
        ProcessorAgent agent = new ProcessorAgent(
                NAME,
                new WaitingPoller(captured, keepingUp),
                toRouter,
                chains::chainOf,
                events,
                settings,
                plugins.watchdog(),
                metrics,
                SystemNanoClock.INSTANCE);
        chains.runIn(agent);
        control.poll(pluginControl::poll);
        return agent;
    }
}
