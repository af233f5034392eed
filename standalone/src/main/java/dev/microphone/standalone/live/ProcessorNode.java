package dev.microphone.standalone.live;

import dev.microphone.processor.ProcessorAgent;
import dev.microphone.processor.ProcessorSettings;
import dev.microphone.processor.event.Announcer;
import dev.microphone.processor.shard.KnownNodes;
import dev.microphone.processor.shard.PlainShard;
import dev.microphone.processor.shard.Reception;
import dev.microphone.processor.shard.RouterLinks;
import dev.microphone.processor.shard.ShardRange;
import dev.microphone.router.http.Health;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.standalone.config.ClusterConfig;
import dev.microphone.standalone.config.HttpConfig;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.aeron.BusyTime;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.link.HelloHandler;
import dev.microphone.transport.link.KeyGroups;
import dev.microphone.transport.link.NodePort;
import dev.microphone.transport.link.PortRefusedException;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.DataPathIdleStrategy;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.RestingIdleStrategy;
import dev.microphone.transport.service.ServiceHost;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.SystemNanoClock;

/** A processor in a process of its own, without Flink: it owns all streams, and keeps no snapshots. */
public final class ProcessorNode implements AutoCloseable {
    private static final String STAGE = "processor";

    private final ServiceHost host;
    private final NodeHttp http;
    private final String endpoint;

    private ProcessorNode(ServiceHost host, NodeHttp http, String endpoint) {
        this.host = host;
        this.http = http;
        this.endpoint = endpoint;
    }

    /**
     * Loads the chains, listens, and announces itself.
     *
     * @param messages takes one line for the user now and then; any thread
     * @throws UserError when something cannot be opened; then nothing is left running
     */
    public static ProcessorNode start(MicrophoneConfig config, ErrorLog errors, Consumer<String> messages) {
        return Composition.start(errors, host -> compose(config, host, messages));
    }

    private static ProcessorNode compose(MicrophoneConfig config, ServiceHost host, Consumer<String> messages)
            throws IOException {
        Metrics metrics = new Metrics();
        StreamDirectory names = new StreamDirectory();
        NodeHttp http = NodeHttp.open(config.http(), HttpConfig.PROCESSOR_PORT, metrics, host);
        ControlPart control = ControlPart.start(config.control(), names, metrics, host, messages);
        Processing processing = Processing.prepare(config, FirstFrames.WAIT, control, host, messages);
        processing.register(http.routes(), config, control.log(), metrics);
        processing.awaitKeepingUp();
        EmbeddedMedia fromAgents = host.own(EmbeddedMedia.launchForAgents(host.errors()));
        // A driver of its own: see TaskManagerNode.
        EmbeddedMedia toRouterMedia = host.own(EmbeddedMedia.launch(host.errors()));
        ClusterConfig cluster = config.cluster();
        KnownNodes nodes =
                host.own(new KnownNodes(control.bus(), cluster.routers(), metrics, SystemNanoClock.INSTANCE));
        if (!nodes.awaitRead(KnownNodes.READ_TIMEOUT_MS)) {
            messages.accept(
                    "who has processed what before is not known, for no broker answers: agents may take this node"
                            + " for a stale one");
        }
        PlainShard.Covered covered = new PlainShard.Covered();
        int attempt =
                nodes.shards().nextAttempt(ShardRange.ALL, TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()));
        Reception reception = new Reception(
                hellos -> listen(fromAgents, cluster, hellos, metrics),
                new Reception.Terms(ShardRange.ALL, attempt, cluster.checkpointIntervalMs()),
                nodes.shards(),
                covered,
                processing::chainTextOf,
                names,
                metrics,
                STAGE,
                SystemNanoClock.INSTANCE);
        RouterLinks toRouters = host.own(new RouterLinks(
                toRouterMedia.aeron(), nodes.routers(), names, metrics, STAGE, SystemNanoClock.INSTANCE));
        ProcessorAgent processor = processing.agent(reception, toRouters, metrics);
        covered.by(processor);
        host.start(
                new PlainShard(
                        processor,
                        reception,
                        toRouters,
                        covered,
                        TimeUnit.MILLISECONDS.toNanos(cluster.checkpointIntervalMs()),
                        SystemNanoClock.INSTANCE),
                BusyTime.of(
                        new RestingIdleStrategy(
                                new DataPathIdleStrategy(),
                                ProcessorSettings.defaults().frameLimit()),
                        fromAgents.aeron(),
                        "task"));
        http.report(List.of(fromAgents, toRouterMedia), () -> Health.OK);
        String endpoint = reception.endpoint().toString();
        ShardAnnounced shard = new ShardAnnounced(
                endpoint, 0, KeyGroups.COUNT - 1, KeyGroups.COUNT, attempt, cluster.framePorts(), ShardAnnounced.UP);
        Announcer announcer = control.announcer(config.control(), host);
        announcer.up(shard);
        host.own(() -> announcer.down(shard));
        return new ProcessorNode(host, http, endpoint);
    }

    private static NodePort listen(EmbeddedMedia media, ClusterConfig cluster, HelloHandler hellos, Metrics metrics) {
        try {
            return new NodePort(
                    media.aeron(),
                    cluster.ownHost(),
                    cluster.processorPort(),
                    cluster.framePorts(),
                    hellos,
                    metrics,
                    STAGE);
        } catch (PortRefusedException e) {
            int first = cluster.processorPort();
            throw UserError.failed(
                    e.getMessage() + "; a processor needs " + first + " to " + (first + 1 + cluster.framePorts())
                            + ": choose others with cluster.processor-port",
                    e);
        }
    }

    /** Where the metrics are. */
    public String url() {
        return http.url();
    }

    /** Where agents say hello. */
    public String endpoint() {
        return endpoint;
    }

    /** Hands on what it has, and closes everything. */
    @Override
    public void close() {
        host.close();
    }
}
