package dev.microphone.standalone.live;

import dev.microphone.processor.ProcessorAgent;
import dev.microphone.processor.ProcessorSettings;
import dev.microphone.processor.chain.ChainTap;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.event.ControlEvents;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.PluginConfig;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.plugin.FaultMessages;
import dev.microphone.standalone.plugin.Plugins;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ServiceHost;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.SystemNanoClock;

/** The processor's part: which stream passes which chain, inside which limits. Loaded and warm before anything is live. */
final class Processing {
    private static final String NAME = "local";

    private final Plugins plugins;
    private final Map<Long, PreparedChain> chains;
    private final PreparedChain passThrough;
    private final ProcessorSettings settings;
    private final ControlEvents events;

    private Processing(
            Plugins plugins,
            Map<Long, PreparedChain> chains,
            PreparedChain passThrough,
            ProcessorSettings settings,
            ControlEvents events) {
        this.plugins = plugins;
        this.chains = chains;
        this.passThrough = passThrough;
        this.settings = settings;
        this.events = events;
    }

    static Processing prepare(
            MicrophoneConfig config,
            StreamDirectory names,
            Metrics metrics,
            ServiceHost host,
            Consumer<String> messages) {
        PluginConfig limits = config.plugins();
        ControlEvents events =
                host.own(new ControlEvents(List.of(new FaultMessages(names, messages)), metrics, host.errors()));
        Plugins plugins = host.own(new Plugins(
                PluginLimits.defaults()
                        .withFrameBudgetNs(limits.deadline().toNanos())
                        .withMemoryBytes(limits.memoryBytes()),
                PluginLibrary.DEFAULT_WARM_UP_FRAMES,
                messages));
        Map<Long, PreparedChain> chains = new HashMap<>();
        for (StreamConfig stream : config.streams()) {
            chains.put(stream.name().streamId(), plugins.prepare(stream.chain()));
        }
        ProcessorSettings defaults = ProcessorSettings.defaults();
        ProcessorSettings settings = new ProcessorSettings(
                defaults.maxSessions(),
                defaults.idleTimeoutNs(),
                defaults.frameLimit(),
                new FaultPolicy(limits.faultLimit(), limits.faultWindow().toNanos()));
        return new Processing(plugins, chains, plugins.prepare("none"), settings, events);
    }

    /** Has a stream's chain tell what its plugins do; before the agent runs. */
    void tap(long streamId, Supplier<ChainTap> taps) {
        PreparedChain chain = chains.get(streamId);
        if (chain != null) {
            chain.tapWith(taps);
        }
    }

    Agent agent(FramePoller captured, FrameHandler toRouter, Metrics metrics) {
        return new ProcessorAgent(
                NAME,
                captured,
                toRouter,
                streamId -> chains.getOrDefault(streamId, passThrough),
                events,
                settings,
                plugins.watchdog(),
                metrics,
                SystemNanoClock.INSTANCE);
    }
}
