package dev.microphone.standalone.live;

import dev.microphone.edge.agent.BacklogLimits;
import dev.microphone.edge.agent.EdgeAgent;
import dev.microphone.edge.agent.StreamEnd;
import dev.microphone.edge.cluster.ClusterSender;
import dev.microphone.edge.cluster.LiveFirst;
import dev.microphone.edge.spool.Spool;
import dev.microphone.router.http.Health;
import dev.microphone.schemas.event.AgentStatus;
import dev.microphone.standalone.config.HttpConfig;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.SpoolConfig;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.link.NodeLink;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.ServiceHost;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.status.AtomicCounter;

/** An agent in a process of its own: captures, and sends to whichever node of a cluster owns each stream. */
public final class AgentNode implements AutoCloseable {
    /** At an orderly end, for the cluster to take what is still here. */
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    /** Half a second of one stream: less is a moment without room. */
    private static final long BEHIND_FRAMES = 25;

    private static final long POLL_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ServiceHost host;
    private final Metrics metrics;
    private final NodeHttp http;
    private final Captures captures;

    private AgentNode(ServiceHost host, Metrics metrics, NodeHttp http, Captures captures) {
        this.host = host;
        this.metrics = metrics;
        this.http = http;
        this.captures = captures;
    }

    /**
     * Opens the sources and captures; the cluster may come later.
     *
     * @param messages takes one line for the user now and then; any thread
     * @throws UserError when something cannot be opened; then nothing is left running
     */
    public static AgentNode start(MicrophoneConfig config, ErrorLog errors, Consumer<String> messages) {
        return Composition.start(errors, host -> compose(config, host, messages));
    }

    private static AgentNode compose(MicrophoneConfig config, ServiceHost host, Consumer<String> messages)
            throws IOException {
        LiveFirst liveFirst = config.liveFirst();
        StreamDirectory names = new StreamDirectory();
        config.streams().forEach(stream -> names.add(stream.name()));
        Captures captures = Captures.open(config.streams(), (stream, microphone) -> microphone, host);
        Metrics metrics = new Metrics();
        NodeHttp http = NodeHttp.open(config.http(), HttpConfig.AGENT_PORT, metrics, host);
        ControlPart control = ControlPart.start(config.control(), names, metrics, host, messages);
        EmbeddedMedia media = host.own(EmbeddedMedia.launch(host.errors()));
        http.report(List.of(media), () -> Health.OK);
        SpoolConfig spoolConfig = config.spool();
        Spool spool = spoolConfig.folder() == null
                ? Spool.inMemory(spoolConfig.limits(), metrics)
                : Spool.onDisk(spoolConfig.folder(), spoolConfig.limits(), metrics, host.errors());
        ClusterSender sender = new ClusterSender(
                spool,
                liveFirst,
                node -> new NodeLink(media.aeron(), node, metrics),
                config.cluster().nodes(),
                names,
                metrics,
                host.errors(),
                messages,
                SystemNanoClock.INSTANCE);
        EdgeAgent edge = new EdgeAgent(sender, metrics, Captures.faults(host, messages), BacklogLimits.defaults());
        AtomicCounter waiting = metrics.gauge("microphone_spool_waiting_frames");
        AgentReport report = new AgentReport(
                config.control().node(),
                () -> stateOf(sender, waiting.get()),
                captures::capturing,
                metrics,
                control.events(),
                SystemNanoClock.INSTANCE);
        // Closed in that order: it tells of what the sender has left.
        host.start(new CompositeAgent(edge.agent(), sender, report));
        AgentNode node = new AgentNode(host, metrics, http, captures);
        host.own(node::drain);
        captures.start(edge);
        return node;
    }

    private static String stateOf(ClusterSender sender, long waitingFrames) {
        if (!sender.isTaken()) {
            return AgentStatus.SPOOLING;
        }
        return waitingFrames > BEHIND_FRAMES ? AgentStatus.CATCHING_UP : AgentStatus.LIVE;
    }

    private void drain() throws Exception {
        captures.stop();
        long deadlineNs = System.nanoTime() + DRAIN_TIMEOUT_NS;
        while (spooledFrames() > 0 && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(POLL_INTERVAL_NS);
        }
    }

    /** Frames that no processor has for good; after {@link #close} those that stay in the spool. */
    public long spooledFrames() {
        return metrics.gauge("microphone_spool_frames").get();
    }

    public Metrics metrics() {
        return metrics;
    }

    /** Where the metrics are. */
    public String url() {
        return http.url();
    }

    /** Done when all sources have come to their end, or were stopped. */
    public CompletableFuture<List<StreamEnd>> allEnded() {
        return captures.allEnded();
    }

    /** Stops the sources, gives the cluster 10 s to take what is still here, and closes everything. */
    @Override
    public void close() {
        host.close();
    }
}
