package dev.microphone.standalone.live;

import dev.microphone.edge.agent.BacklogLimits;
import dev.microphone.edge.agent.CaptureSession;
import dev.microphone.edge.agent.EdgeAgent;
import dev.microphone.edge.agent.StreamEnd;
import dev.microphone.edge.source.AudioSource;
import dev.microphone.edge.source.SourceException;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.router.Router;
import dev.microphone.router.http.Health;
import dev.microphone.router.http.HttpRoutes;
import dev.microphone.router.http.HttpServer;
import dev.microphone.router.http.OperationsEndpoints;
import dev.microphone.schemas.event.AgentStatus;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.standalone.config.HttpConfig;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.dump.RoutedTap;
import dev.microphone.standalone.dump.StageDump;
import dev.microphone.standalone.telemetry.PrometheusText;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FramePublisher;
import dev.microphone.transport.aeron.FrameSubscriber;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static final int CAPTURED_STREAM_ID = 1;
    private static final int PROCESSED_STREAM_ID = 2;

    private final ServiceHost host;
    private final Metrics metrics;
    private final HttpServer http;
    private final List<StreamConfig> streams;
    private final List<OpenSource> sources;
    private final EdgeAgent edge;
    private final AtomicInteger capturing;
    private final List<CaptureSession> sessions = new ArrayList<>();

    private LocalSystem(
            ServiceHost host,
            Metrics metrics,
            HttpServer http,
            List<StreamConfig> streams,
            List<OpenSource> sources,
            EdgeAgent edge,
            AtomicInteger capturing) {
        this.host = host;
        this.metrics = metrics;
        this.http = http;
        this.streams = streams;
        this.sources = sources;
        this.edge = edge;
        this.capturing = capturing;
    }

    /**
     * Opens the sources, and starts all stages behind them. Nothing is captured before {@link #capture}.
     *
     * @param messages takes one line for the user now and then; any thread
     * @throws UserError when something cannot be opened; then nothing is left running
     */
    public static LocalSystem start(MicrophoneConfig config, ErrorLog errors, Consumer<String> messages) {
        return start(config, errors, messages, null);
    }

    /** @param dump takes what each stage makes of the streams; belongs to the caller, to be closed after this; or null */
    public static LocalSystem start(
            MicrophoneConfig config, ErrorLog errors, Consumer<String> messages, @Nullable StageDump dump) {
        Metrics metrics = new Metrics();
        ServiceHost host = new ServiceHost(errors);
        boolean started = false;
        try {
            LocalSystem system = compose(config, host, metrics, messages, dump);
            started = true;
            return system;
        } catch (IOException e) {
            throw UserError.failed(String.valueOf(e.getMessage()), e);
        } finally {
            if (!started) {
                host.close();
            }
        }
    }

    private static LocalSystem compose(
            MicrophoneConfig config,
            ServiceHost host,
            Metrics metrics,
            Consumer<String> messages,
            @Nullable StageDump dump)
            throws IOException {
        // Devices and files first: what is wrong with them is the likeliest mistake.
        Map<Long, StageDump.Stream> dumps = new HashMap<>();
        List<OpenSource> sources = openSources(config, host, dump, dumps);
        StreamDirectory names = new StreamDirectory();
        config.streams().forEach(stream -> names.add(stream.name()));
        HttpRoutes routes = new HttpRoutes();
        HttpServer http = host.own(startHttp(config.http(), routes, host));
        PrometheusText metricsText = host.own(new PrometheusText(metrics));
        ControlPart control = ControlPart.start(config.control(), names, metrics, host, messages);
        Processing processing = Processing.prepare(config, control, metrics, routes, host, messages);
        dumps.forEach(processing::dump);
        EmbeddedMedia media = host.own(EmbeddedMedia.launch(host.errors()));

        FrameSubscriber processed = host.own(subscribe(media, PROCESSED_STREAM_ID, metrics, "router"));
        FramePoller routed = dumps.isEmpty() ? processed : new RoutedTap(processed, dumps);
        Router router = openRouter(config, routed, names, metrics, routes, control.events(), messages);
        for (Agent agent : router.agents()) {
            host.start(agent);
        }

        FrameSubscriber captured = host.own(subscribe(media, CAPTURED_STREAM_ID, metrics, "processor"));
        FramePublisher toRouter = host.own(publish(media, processed, PROCESSED_STREAM_ID, metrics, "processor"));
        host.start(processing.agent(captured, toRouter, metrics));

        FramePublisher toProcessor = host.own(publish(media, captured, CAPTURED_STREAM_ID, metrics, "capture"));
        EdgeAgent edge = new EdgeAgent(
                toProcessor, metrics, error -> reportFault(error, host, messages), BacklogLimits.defaults());
        AtomicInteger capturing = new AtomicInteger();
        AgentReport report = new AgentReport(
                config.control().node(),
                () -> toProcessor.isConnected() ? AgentStatus.LIVE : AgentStatus.SPOOLING,
                capturing::get,
                metrics,
                control.events(),
                SystemNanoClock.INSTANCE);

        Connected connected = new Connected(List.of(toProcessor, toRouter));
        OperationsEndpoints.register(routes, () -> liveness(media), () -> readiness(connected, router), metricsText);
        connected.await();
        host.start(new CompositeAgent(edge.agent(), report));
        host.own(new Drain(metrics)::await);
        return new LocalSystem(host, metrics, http, config.streams(), sources, edge, capturing);
    }

    /** @param farEnd null when there is none */
    private record OpenSource(AudioSource nearEnd, @Nullable AudioSource farEnd) {}

    private static List<OpenSource> openSources(
            MicrophoneConfig config, ServiceHost host, @Nullable StageDump dump, Map<Long, StageDump.Stream> dumps)
            throws IOException {
        List<OpenSource> sources = new ArrayList<>();
        for (StreamConfig stream : config.streams()) {
            AudioSource nearEnd = host.own(stream.source().open());
            if (dump != null) {
                StageDump.Stream dumped =
                        dump.stream(stream.name().value(), nearEnd.format(), config.chain(stream.chain()), true);
                dumps.put(stream.name().streamId(), dumped);
                nearEnd = dumped.captured(nearEnd);
            }
            SourceUri reference = stream.reference();
            sources.add(new OpenSource(nearEnd, reference == null ? null : host.own(reference.open())));
        }
        return sources;
    }

    private static HttpServer startHttp(HttpConfig config, HttpRoutes routes, ServiceHost host) throws IOException {
        return HttpServer.start(config.host(), config.port(), config.token(), routes, host.errors()::onError);
    }

    private static Router openRouter(
            MicrophoneConfig config,
            FramePoller frames,
            StreamDirectory names,
            Metrics metrics,
            HttpRoutes routes,
            ControlEventListener events,
            Consumer<String> messages)
            throws IOException {
        try {
            return Router.open(config.sinks(), frames, names, metrics, routes, events, messages);
        } catch (IllegalArgumentException e) {
            throw UserError.badUsage(String.valueOf(e.getMessage()), e);
        }
    }

    private static FrameSubscriber subscribe(EmbeddedMedia media, int streamId, Metrics metrics, String stage) {
        return new FrameSubscriber(media.aeron(), EmbeddedMedia.LOOPBACK_CHANNEL, streamId, metrics, stage);
    }

    private static FramePublisher publish(
            EmbeddedMedia media, FrameSubscriber receiver, int streamId, Metrics metrics, String stage) {
        return new FramePublisher(media.aeron(), Connected.channelOf(receiver), streamId, metrics, stage);
    }

    /** A source that fails is a matter for the user; anything else is one for us. */
    private static void reportFault(Throwable error, ServiceHost host, Consumer<String> messages) {
        if (error instanceof SourceException) {
            messages.accept(String.valueOf(error.getMessage()));
        } else {
            host.errors().onError(error);
        }
    }

    private static Health liveness(EmbeddedMedia media) {
        return media.aeron().isClosed() ? new Health(List.of("Aeron has closed: restart")) : Health.OK;
    }

    private static Health readiness(Connected connected, Router router) {
        List<String> reasons = new ArrayList<>(router.health().reasons());
        if (!connected.isConnected()) {
            reasons.add("the stages are not connected");
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
        for (int i = 0; i < sources.size(); i++) {
            StreamConfig stream = streams.get(i);
            CaptureSession session = startSource(stream, sources.get(i));
            capturing.incrementAndGet();
            var unused = session.ended().thenRun(capturing::decrementAndGet);
            sessions.add(session);
        }
    }

    private CaptureSession startSource(StreamConfig stream, OpenSource source) {
        try {
            AudioSource farEnd = source.farEnd();
            return farEnd == null
                    ? edge.start(stream.name(), source.nearEnd(), stream.capture())
                    : edge.start(stream.name(), source.nearEnd(), farEnd, stream.capture());
        } catch (IllegalArgumentException e) {
            throw UserError.badUsage(stream.name() + ": " + e.getMessage(), e);
        }
    }

    /** Done when all sources have come to their end, or were stopped. */
    public CompletableFuture<List<StreamEnd>> allEnded() {
        List<CompletableFuture<StreamEnd>> ends =
                sessions.stream().map(CaptureSession::ended).toList();
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .thenApply(nothing -> ends.stream().map(CompletableFuture::join).toList());
    }

    /** Ends the sources, and waits until their last frames are on their way. */
    void stopSources() throws Exception {
        sessions.forEach(CaptureSession::stop);
        allEnded().get(Drain.TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    /** Stops the sources, lets what they gave reach its files, and closes everything. */
    @Override
    public void close() {
        host.close();
    }
}
