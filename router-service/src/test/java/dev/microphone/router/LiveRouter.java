package dev.microphone.router;

import dev.microphone.router.http.Health;
import dev.microphone.router.http.HttpRoutes;
import dev.microphone.router.http.HttpServer;
import dev.microphone.router.http.OperationsEndpoints;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.ServiceHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.agrona.concurrent.Agent;

/** A whole router on a free port, with a queue in the place of the network. */
public final class LiveRouter implements AutoCloseable {
    private final ByteArrayOutputStream errorText = new ByteArrayOutputStream();
    private final ServiceHost host = new ServiceHost(
            new ErrorLog(System::currentTimeMillis, new PrintStream(errorText, true, StandardCharsets.UTF_8), true));
    private final Queue<Frame> arriving = new ConcurrentLinkedQueue<>();
    private final StreamDirectory names = new StreamDirectory();
    public final Metrics metrics = new Metrics();
    public final Queue<String> messages = new ConcurrentLinkedQueue<>();
    public final Queue<ControlEvent> events = new ConcurrentLinkedQueue<>();
    public final Router router;
    public final HttpServer http;

    public LiveRouter(String... sinks) throws IOException {
        HttpRoutes routes = new HttpRoutes();
        router = Router.open(
                List.of(sinks).stream().map(SinkUri::parse).toList(),
                this::poll,
                names,
                metrics,
                routes,
                events::add,
                messages::add);
        OperationsEndpoints.register(routes, () -> Health.OK, router::health, () -> "microphone_up 1\n");
        http = host.own(HttpServer.start("127.0.0.1", 0, routes, host.errors()::onError));
        for (Agent agent : router.agents()) {
            host.start(agent);
        }
    }

    private int poll(FrameHandler handler, int limit) {
        int taken = 0;
        Frame frame = arriving.peek();
        while (frame != null && taken < limit && handler.onFrame(frame)) {
            arriving.remove();
            taken++;
            frame = arriving.peek();
        }
        return taken;
    }

    public StreamName name(String name) {
        StreamName streamName = new StreamName(name);
        names.add(streamName);
        return streamName;
    }

    /** The frame must not be touched afterwards. */
    public void send(Frame frame) {
        arriving.add(frame);
    }

    /** What should not have happened, with stack traces. */
    public String errors() {
        return errorText.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        host.close();
    }
}
