package dev.microphone.standalone.live;

import dev.microphone.edge.agent.BacklogLimits;
import dev.microphone.edge.agent.EdgeAgent;
import dev.microphone.edge.agent.StreamEnd;
import dev.microphone.router.Router;
import dev.microphone.router.http.Health;
import dev.microphone.router.http.HttpServer;
import dev.microphone.schemas.event.AgentStatus;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.dump.RoutedTap;
import dev.microphone.standalone.dump.StageDump;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.aeron.FramePublisher;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.ServiceHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Capture → normalise → Aeron → chain → Aeron → router → sinks, in one process, as threads that share nothing but Aeron's
 * logs and counters.
 *
 * <p>Opened from its end to its beginning, so that whoever sends finds a receiver, and closed the other way round: the
 * sources stop, what they gave passes all stages, the files are closed. Owned by the thread that starts it; {@link
 * #close} may come from another.
 */
public final class LocalSystem implements AutoCloseable {
    private final ServiceHost host;
    private final Metrics metrics;
    private final NodeHttp http;
    private final Captures captures;
    private final EdgeAgent edge;
    private final CompletableFuture<Void> keepingUp;

    private LocalSystem(
            ServiceHost host,
            Metrics metrics,
            NodeHttp http,
            Captures captures,
            EdgeAgent edge,
            CompletableFuture<Void> keepingUp) {
        this.host = host;
        this.metrics = metrics;
        this.http = http;
        this.captures = captures;
        this.edge = edge;
        this.keepingUp = keepingUp;
    }

    /**
     * Opens the sources, and starts all stages behind them. Nothing is captured before {@link #capture}. What is captured
     * while the plugins still warm up waits in the agent.
     *
     * @param messages takes one line for the user now and then; any thread
     * @throws UserError when something cannot be opened; then nothing is left running
     */
    public static LocalSystem start(MicrophoneConfig config, ErrorLog errors, Consumer<String> messages) {
        return start(config, errors, messages, FirstFrames.WAIT, null);
    }

    /** @param dump takes what each stage makes of the streams; belongs to the caller, to be closed after this; or null */
    public static LocalSystem start(
            MicrophoneConfig config,
            ErrorLog errors,
            Consumer<String> messages,
            FirstFrames firstFrames,
            @Nullable StageDump dump) {
        return Composition.start(errors, host -> compose(config, host, messages, firstFrames, dump));
    }

    private static LocalSystem compose(
            MicrophoneConfig config,
            ServiceHost host,
            Consumer<String> messages,
            FirstFrames firstFrames,
            @Nullable StageDump dump)
            throws IOException {
        Map<Long, StageDump.Stream> dumps = new HashMap<>();
        Captures captures = Captures.open(config.streams(), tap(config, dump, dumps), host);
        StreamDirectory names = new StreamDirectory();
        config.streams().forEach(stream -> names.add(stream.name()));
        Metrics metrics = new Metrics();
        ControlPart control = ControlPart.start(config.control(), names, metrics, host, messages);
        NodeHttp http;
        Processing processing;
        StageLinks links;
        try (SideBySide sideBySide = new SideBySide()) {
            SideBySide.Opening<NodeHttp> listening =
                    sideBySide.begin(() -> NodeHttp.open(config.http(), HttpServer.DEFAULT_PORT, metrics, host));
            SideBySide.Opening<Processing> loading =
                    sideBySide.begin(() -> Processing.prepare(config, firstFrames, control, host, messages));
            links = StageLinks.open(metrics, host);
            http = listening.get();
            processing = loading.get();
        }
        processing.register(http.routes(), config, control.log(), metrics);
        dumps.forEach(processing::dump);

        FramePoller routed = dumps.isEmpty() ? links.processed() : new RoutedTap(links.processed(), dumps);
        Router router = Router.open(config.sinks(), routed, names, metrics, http.routes(), control.events(), messages);
        for (Agent agent : router.agents()) {
            host.start(agent);
        }
        host.start(processing.agent(links.captured(), links.toRouter(), metrics));
        FramePublisher toProcessor = links.toProcessor();
        EdgeAgent edge = new EdgeAgent(toProcessor, metrics, Captures.faults(host, messages), BacklogLimits.defaults());
        AgentReport report = new AgentReport(
                config.control().node(),
                () -> toProcessor.isConnected() ? AgentStatus.LIVE : AgentStatus.SPOOLING,
                captures::capturing,
                metrics,
                control.events(),
                SystemNanoClock.INSTANCE);

        Connected connected = links.connected();
        http.report(List.of(links.media()), () -> readiness(connected, processing, router));
        connected.await();
        host.start(new CompositeAgent(edge.agent(), report));
        host.own(new Drain(metrics)::await);
        return new LocalSystem(host, metrics, http, captures, edge, processing.keepingUp());
    }

    private static Captures.Tap tap(
            MicrophoneConfig config, @Nullable StageDump dump, Map<Long, StageDump.Stream> dumps) {
        if (dump == null) {
            return (stream, microphone) -> microphone;
        }
        return (stream, microphone) -> {
            StageDump.Stream dumped =
                    dump.stream(stream.name().value(), microphone.format(), config.chain(stream.chain()), true);
            dumps.put(stream.name().streamId(), dumped);
            return dumped.captured(microphone);
        };
    }

    private static Health readiness(Connected connected, Processing processing, Router router) {
        List<String> reasons = new ArrayList<>(router.health().reasons());
        if (!connected.isConnected()) {
            reasons.add("the stages are not connected");
        }
        if (!processing.keepingUp().isDone()) {
            reasons.add("the plugins are warming up");
        }
        return new Health(reasons);
    }

    /** Where the page is. */
    public String url() {
        return http.url();
    }

    public Metrics metrics() {
        return metrics;
    }

    /** Frames that a sink could not write, for a full disk or the like; right to the last one after {@link #close}. */
    public long undeliveredFrames() {
        return metrics.entries().stream()
                .filter(entry -> entry.name().equals("microphone_frames_dropped_total")
                        && "sink_failed".equals(entry.labels().get("reason")))
                .mapToLong(entry -> entry.counter().get())
                .sum();
    }

    /** Starts the sources. Once. */
    public void capture() {
        host.own(this::stopSources);
        captures.start(edge);
    }

    /** Done when all sources have come to their end, or were stopped. */
    public CompletableFuture<List<StreamEnd>> allEnded() {
        return captures.allEnded();
    }

    /**
     * Waits until all sources have come to their end, or until something else is done.
     *
     * @throws UserError when a plugin fails in its warm-up
     */
    public void awaitEnd(CompletableFuture<?> orDone) {
        CompletableFuture<Void> failed = new CompletableFuture<>();
        var unused = keepingUp.whenComplete((nothing, failure) -> {
            if (failure != null) {
                failed.completeExceptionally(failure);
            }
        });
        try {
            CompletableFuture.anyOf(orDone, allEnded(), failed).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** Ends the sources, and waits until their last frames are on their way. */
    void stopSources() throws Exception {
        captures.stop();
    }

    /** Stops the sources, lets what they gave reach its files, and closes everything. */
    @Override
    public void close() {
        host.close();
    }
}
