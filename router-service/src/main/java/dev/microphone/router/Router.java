package dev.microphone.router;

import dev.microphone.router.http.Health;
import dev.microphone.router.http.HttpRoutes;
import dev.microphone.router.http.ListenerPage;
import dev.microphone.router.sink.Sink;
import dev.microphone.router.sink.SinkContext;
import dev.microphone.router.sink.SinkKind;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.router.sink.SinkWorker;
import dev.microphone.router.stream.Streams;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A router: takes frames from a poller and delivers them to its sinks.
 *
 * <p>Composition only. Its owner runs {@link #agents} in their order, each on a thread of its own, and closes them in
 * reverse: first the router's agent, which delivers what has arrived, then the sinks', which write what is queued. The
 * HTTP server must be closed after that.
 */
public final class Router {
    private final Streams streams;
    private final List<SinkWorker> workers;
    private final RouterAgent agent;

    private Router(Streams streams, List<SinkWorker> workers, RouterAgent agent) {
        this.streams = streams;
        this.workers = workers;
        this.agent = agent;
    }

    /**
     * Opens the sinks, and registers the listener page, {@code /api/streams} and what the sinks serve.
     *
     * @param events told of gaps that nobody has named yet, and of sinks that stop
     * @param messages takes one line for the user, such as about a full disk; any thread
     * @throws IllegalArgumentException when a sink's URI makes no sense; the message is for users
     * @throws IOException when a sink cannot be opened; the message is for users
     */
    public static Router open(
            List<SinkUri> sinks,
            FramePoller poller,
            StreamDirectory names,
            Metrics metrics,
            HttpRoutes http,
            ControlEventListener events,
            Consumer<String> messages)
            throws IOException {
        return open(
                sinks,
                poller,
                names,
                metrics,
                http,
                events,
                messages,
                SystemNanoClock.INSTANCE,
                new OffsetEpochNanoClock(),
                InstantSource.system());
    }

    static Router open(
            List<SinkUri> sinks,
            FramePoller poller,
            StreamDirectory names,
            Metrics metrics,
            HttpRoutes http,
            ControlEventListener events,
            Consumer<String> messages,
            NanoClock clock,
            EpochNanoClock epochClock,
            InstantSource wallClock)
            throws IOException {
        Streams streams = new Streams(names, clock);
        List<SinkWorker> workers = new ArrayList<>();
        try {
            for (SinkUri uri : sinks) {
                SinkKind kind = uri.kind();
                SinkContext context =
                        new SinkContext(uri.toString(), streams, metrics, events, messages, http, wallClock);
                workers.add(new SinkWorker(context, open(kind, uri, context), kind.overflow(), clock));
            }
        } catch (IOException | RuntimeException e) {
            workers.forEach(SinkWorker::onClose);
            throw e;
        }
        Routes routes = new Routes(streams, workers, events, metrics);
        http.get("/api/streams", new StreamsEndpoint(streams, workers));
        ListenerPage.register(http);
        return new Router(streams, workers, new RouterAgent(poller, routes, streams, clock, epochClock));
    }

    private static Sink open(SinkKind kind, SinkUri uri, SinkContext context) throws IOException {
        try {
            return kind.opener().open(uri, context);
        } catch (IOException e) {
            throw new IOException("sink '" + uri + "': " + e.getMessage(), e);
        }
    }

    /** The agents to run: the sinks' workers, then the router's own. */
    public List<Agent> agents() {
        List<Agent> agents = new ArrayList<>(workers);
        agents.add(agent);
        return agents;
    }

    /** What passes this router. */
    public Streams streams() {
        return streams;
    }

    /** A reason for each sink that delivers nothing, or not everything. Any thread. */
    public Health health() {
        return new Health(
                workers.stream().map(SinkWorker::fault).filter(Objects::nonNull).toList());
    }
}
