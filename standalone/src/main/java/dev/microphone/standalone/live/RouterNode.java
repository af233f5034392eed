package dev.microphone.standalone.live;

import dev.microphone.processor.event.Announcer;
import dev.microphone.router.Router;
import dev.microphone.router.http.HttpServer;
import dev.microphone.schemas.event.RouterAnnounced;
import dev.microphone.standalone.config.ClusterConfig;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.link.NamedStreams;
import dev.microphone.transport.link.RouterChannels;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.ServiceHost;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;

/** A router in a process of its own: frames come from processor nodes, and go to its sinks. */
public final class RouterNode implements AutoCloseable {
    private final ServiceHost host;
    private final NodeHttp http;
    private final String endpoint;

    private RouterNode(ServiceHost host, NodeHttp http, String endpoint) {
        this.host = host;
        this.http = http;
        this.endpoint = endpoint;
    }

    /**
     * Opens the sinks, listens, and announces itself.
     *
     * @param messages takes one line for the user now and then; any thread
     * @throws UserError when something cannot be opened; then nothing is left running
     */
    public static RouterNode start(MicrophoneConfig config, ErrorLog errors, Consumer<String> messages) {
        return Composition.start(errors, host -> compose(config, host, messages));
    }

    private static RouterNode compose(MicrophoneConfig config, ServiceHost host, Consumer<String> messages)
            throws IOException {
        Metrics metrics = new Metrics();
        StreamDirectory names = new StreamDirectory();
        config.streams().forEach(stream -> names.add(stream.name()));
        NodeHttp http = NodeHttp.open(config.http(), HttpServer.DEFAULT_PORT, metrics, host);
        ControlPart control = ControlPart.start(config.control(), names, metrics, host, messages);
        EmbeddedMedia media = host.own(EmbeddedMedia.launch(host.errors()));
        ClusterConfig cluster = config.cluster();
        String endpoint = cluster.ownHost() + ":" + cluster.routerPort();
        FrameSubscriber processed = host.own(new FrameSubscriber(
                media.aeron(),
                RouterChannels.listen(endpoint),
                RouterChannels.STREAM_ID,
                metrics,
                "router",
                new NamedStreams(names, metrics, "router")));
        Router router =
                Router.open(config.sinks(), processed, names, metrics, http.routes(), control.events(), messages);
        for (Agent agent : router.agents()) {
            host.start(agent);
        }
        http.report(List.of(media), router::health);
        Announcer announcer = control.announcer(config.control(), host);
        RouterAnnounced announced = new RouterAnnounced(endpoint, RouterAnnounced.UP);
        announcer.up(announced);
        host.own(() -> announcer.down(announced));
        return new RouterNode(host, http, endpoint);
    }

    /** Where the listener page is. */
    public String url() {
        return http.url();
    }

    /** Where processed frames go, host:port. */
    public String endpoint() {
        return endpoint;
    }

    /** Writes what is queued, and closes everything. */
    @Override
    public void close() {
        host.close();
    }
}
