package dev.microphone.processor.flink;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.chain.StreamChains;
import dev.microphone.processor.deploy.PluginCacheFolder;
import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.processor.event.Announcer;
import dev.microphone.processor.event.BusMetrics;
import dev.microphone.processor.event.ControlEvents;
import dev.microphone.processor.shard.KnownNodes;
import dev.microphone.processor.shard.RouterList;
import dev.microphone.processor.shard.ShardRange;
import dev.microphone.processor.shard.ShardTable;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginMemory;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.bus.BusReports;
import dev.microphone.schemas.bus.ControlBus;
import dev.microphone.schemas.bus.InMemoryControlBus;
import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.schemas.bus.KafkaControlBus;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.KeyGroups;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.ServiceHost;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.agrona.CloseHelper;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all shards in one TaskManager process share: the doors, the plugins, loaded and warm, and what is known of
 * other nodes. It outlives a task that fails, so that the next attempt starts at once. Any thread.
 */
final class TaskManagerNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskManagerNode.class);
    /** An agent waits that long for an answer at a door without a shard, on top of its round trip. */
    private static final long PORTER_INTERVAL_MS = 4;

    private static final int REHEARSED_CHAINS = 3;
    private static final long REHEARSED_FRAME_BUDGET_NS = 10_000_000_000L;

    private static @Nullable TaskManagerNode current;

    private final ShardSettings settings;
    private final ServiceHost host;
    private final Metrics metrics = new Metrics();
    private final StreamDirectory names = new StreamDirectory();
    /** Guarded by this. */
    private EmbeddedMedia toRouters;

    private final Watchdog watchdog;
    private final PluginLibrary library;
    private final StreamChains<PreparedChain> chains;
    private final StreamChains<String> chainTexts;
    private final ControlEvents events;
    private final Announcer announcer;
    private final KnownNodes nodes;
    private final PortBlocks ports;
    private final Porter porter;
    private final AtomicInteger doors = new AtomicInteger();
    private final FlinkMetrics flinkMetrics;
    private final RehearsalThread rehearsal;

    /** That run here. Guarded by the class. */
    private int tasks;

    /**
     * The node of this process, for one task; made at the first call. Another job's settings make another one, when no task
     * uses this one any more ({@link #release}).
     *
     * @throws IllegalStateException when a plugin cannot be loaded, when a job with other settings runs here, or the like;
     *     the message says which and why
     */
    static synchronized TaskManagerNode acquire(ShardSettings settings) {
        TaskManagerNode running = current;
        if (running != null && !running.settings.equals(settings)) {
            if (running.tasks > 0) {
                throw new IllegalStateException("this TaskManager has " + running.tasks
                        + " subtasks of a job with other settings: end that job first, or give this one TaskManagers of"
                        + " its own");
            }
            closeCurrent();
            running = null;
        }
        TaskManagerNode node = running == null ? start(settings) : running;
        node.tasks++;
        return node;
    }

    /** A task that has acquired it has ended. */
    void release() {
        synchronized (TaskManagerNode.class) {
            tasks--;
        }
    }

    private static synchronized TaskManagerNode start(ShardSettings settings) {
        ServiceHost host = new ServiceHost(new ErrorLog(SystemEpochClock.INSTANCE, System.err, true));
        boolean started = false;
        try {
            TaskManagerNode node = new TaskManagerNode(settings, host);
            current = node;
            started = true;
            return node;
        } catch (PluginRejectedException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } finally {
            if (!started) {
                host.close();
            }
        }
    }

    /**
     * When the job has left this process. Where its classes came with it, they go too, and this must end; where they are
     * the process's own, it stays warm for the next job, such as the same one after a savepoint.
     */
    static void closeWithItsClasses() {
        if (!outlivesItsJob()) {
            closeCurrent();
        }
    }

    /** Whether the classes are the process's own. */
    static boolean outlivesItsJob() {
        return ClassLoader.getSystemClassLoader().equals(TaskManagerNode.class.getClassLoader());
    }

    /** @throws IllegalStateException when there is none */
    static synchronized TaskManagerNode running() {
        TaskManagerNode running = current;
        if (running == null) {
            throw new IllegalStateException("no job has been here");
        }
        return running;
    }

    static synchronized void closeCurrent() {
        TaskManagerNode running = current;
        current = null;
        if (running != null) {
            running.close();
        }
    }

    private TaskManagerNode(ShardSettings settings, ServiceHost host) throws PluginRejectedException {
        this.settings = settings;
        this.host = host;
        BusReports reports = BusMetrics.reports(metrics, LOG::warn, host.errors());
        KafkaBusSettings kafka = settings.kafka();
        ControlBus bus =
                host.own(kafka == null ? new InMemoryControlBus(reports) : new KafkaControlBus(kafka, reports));
        nodes = host.own(new KnownNodes(bus, settings.routers(), metrics, SystemNanoClock.INSTANCE));
        events = host.own(new ControlEvents(
                settings.node(), names, new OffsetEpochNanoClock(), List.of(bus::publish), metrics, host.errors()));
        announcer = new Announcer(
                settings.node(), bus::announce, events, kafka, SystemNanoClock.INSTANCE, new OffsetEpochNanoClock());
        host.start(announcer, new SleepingMillisIdleStrategy(Announcer.IDLE_MS));
        watchdog = host.own(Watchdog.start());
        String directory = settings.pluginDirectory();
        library = host.own(new PluginLibrary(
                new PluginSources(
                        directory == null ? null : Path.of(directory),
                        new PluginTrust(settings.trustedKeys(), settings.requireSignature())),
                settings.limits(),
                PluginMemory.of(settings.pluginMemoryBytes()),
                PluginCacheFolder.open(),
                watchdog,
                PluginLibrary.DEFAULT_WARM_UP_FRAMES,
                LOG::warn));
        chains = new StreamChains<>(library.prepare(settings.defaultChain()));
        chainTexts = new StreamChains<>(settings.defaultChain().toString());
        for (Map.Entry<String, ChainSpec> chain : settings.chains().entrySet()) {
            StreamName stream = new StreamName(chain.getKey());
            chains.put(stream, library.prepare(chain.getValue()));
            chainTexts.put(stream, chain.getValue().toString());
        }
        toRouters = host.own(EmbeddedMedia.launch(host.errors()));
        ports = new PortBlocks(hostName(settings.host()), settings.firstPort(), settings.framePorts());
        porter = new Porter(nodes.shards(), names, metrics, SystemNanoClock.INSTANCE);
        flinkMetrics = new FlinkMetrics(metrics);
        // Last: it is read while the plugins are loaded.
        if (!nodes.awaitRead(KnownNodes.READ_TIMEOUT_MS)) {
            LOG.warn(
                    "Who has processed what before is not known after {} ms: agents may take this node for a stale one",
                    KnownNodes.READ_TIMEOUT_MS);
        }
        LOG.info("Plugins are loaded and warm, for {}", settings.defaultChain());
        host.start(flinkMetrics, new SleepingMillisIdleStrategy(FlinkMetrics.INTERVAL_MS));
        host.start(porter, new SleepingMillisIdleStrategy(PORTER_INTERVAL_MS));
        rehearsal = host.own(new RehearsalThread(this::rehearse, host.errors()));
    }

    private static String hostName(String configured) {
        try {
            return configured.isEmpty() ? InetAddress.getLocalHost().getHostAddress() : configured;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("this machine's own name has no address: set cluster.host", e);
        }
    }

    ShardSettings settings() {
        return settings;
    }

    PreparedChain chainOf(long streamId) {
        return chains.of(streamId);
    }

    String chainTextOf(long streamId) {
        return chainTexts.of(streamId);
    }

    /**
     * Does what shards do once, for nobody, beside those that run: they will go on after a fault, and take up other streams
     * than their own. What they need then has been loaded, and compiled where it counts. Does not wait; does nothing where
     * the settings do not want it.
     */
    void beginRehearsal() {
        if (settings.rehearse()) {
            rehearsal.begin();
        }
    }

    /**
     * The same, as fast as it can, and waits for it.
     *
     * @return how many frames came through; the same at each call
     * @throws IllegalStateException when it failed
     */
    long awaitRehearsal() throws InterruptedException {
        return rehearsal.await();
    }

    private long rehearse(Rehearsal.Pace pace) {
        Rehearsal.awaitQuiet(pace);
        long frames;
        try (Watch watch = watchdog.newWatch();
                Rehearsal once = new Rehearsal(rehearsed(), watch, host.errors(), rehearsalDoor(), pace)) {
            frames = once.run();
            once.awaitCompiled();
        } catch (PluginRejectedException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        LOG.info("{} frames have come through in the rehearsal", frames);
        if (doors.get() == 0) {
            // The first shard that comes finds one open.
            Door door = takeDoor();
            announcer.nothingAt(shardAt(door.endpoint(), ShardRange.ALL, 0));
            giveBack(door);
        }
        return frames;
    }

    /** At ports that no agent knows: those of the config are for shards, a block each from the first on. */
    private Door rehearsalDoor() {
        return new Door(
                EmbeddedMedia.launchForAgents(host.errors()),
                PortBlocks.onLoopback(settings.framePorts()),
                new Metrics(),
                "rehearsal");
    }

    /** Some of the streams' chains, with limits that count no slow frame against the plugins. */
    private List<PreparedChain> rehearsed() throws PluginRejectedException {
        List<ChainSpec> specs = Stream.concat(Stream.of(settings.defaultChain()), settings.chains().values().stream())
                .distinct()
                .limit(REHEARSED_CHAINS)
                .toList();
        List<PreparedChain> prepared = new ArrayList<>();
        for (ChainSpec spec : specs) {
            prepared.add(library.prepare(new ChainSpec(
                    spec.plugins().stream().map(this::withAllTheTime).toList())));
        }
        return prepared;
    }

    private PluginSpec withAllTheTime(PluginSpec plugin) {
        PluginLimits own = plugin.limits();
        return plugin.withLimits((own == null ? settings.limits() : own).withFrameBudgetNs(REHEARSED_FRAME_BUDGET_NS));
    }

    /** A door for one task, which gives it back: one that agents may know already, or a new one. */
    Door takeDoor() {
        Door known = porter.take();
        if (known != null) {
            return known;
        }
        return new Door(
                EmbeddedMedia.launchForAgents(host.errors()), ports, metrics, "door-" + doors.getAndIncrement());
    }

    /** What is announced of a shard there. */
    ShardAnnounced shardAt(NodeEndpoint endpoint, ShardRange range, int attempt) {
        return new ShardAnnounced(
                endpoint.toString(),
                range.first(),
                range.last(),
                KeyGroups.COUNT,
                attempt,
                settings.framePorts(),
                ShardAnnounced.UP);
    }

    /** The task has ended: until the next takes it, agents are told there where to go. */
    void giveBack(Door door) {
        if (door.isDefunct()) {
            CloseHelper.close(door);
        } else {
            porter.give(door);
        }
    }

    /**
     * A driver of its own, as one sends one datagram of each publication in a round, and a round over hundreds of agents
     * takes a third of a millisecond: all streams together would be held to 3,000 frames a second.
     */
    synchronized EmbeddedMedia toRouters() {
        if (toRouters.isClosed()) {
            toRouters = host.own(EmbeddedMedia.launch(host.errors()));
        }
        return toRouters;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    Metrics metrics() {
        return metrics;
    }

    StreamDirectory names() {
        return names;
    }

    ControlEventListener events() {
        return events;
    }

    /** By whom tasks say that they are there. */
    Announcer announcer() {
        return announcer;
    }

    ShardTable shards() {
        return nodes.shards();
    }

    RouterList routers() {
        return nodes.routers();
    }

    FlinkMetrics flinkMetrics() {
        return flinkMetrics;
    }

    ErrorLog errors() {
        return host.errors();
    }

    @Override
    public void close() {
        host.close();
    }
}
