package dev.microphone.loadtest.stages;

import dev.microphone.processor.ProcessorAgent;
import dev.microphone.processor.ProcessorSettings;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginFiles;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.router.Router;
import dev.microphone.router.http.HttpRoutes;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FramePublisher;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.ServiceHost;
import io.aeron.Aeron;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Aeron → processor → Aeron → router with its sinks, running until closed. What sends is the caller's: {@link #entry}.
 *
 * <p>Owned by the thread that starts it.
 */
public final class Stages implements AutoCloseable {
    private static final int CAPTURED_STREAM = 1001;
    private static final int PROCESSED_STREAM = 1002;
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    private final ServiceHost host;
    private final Metrics metrics = new Metrics();
    private final StreamDirectory names = new StreamDirectory();
    private final FramePublisher entry;

    private Stages(ServiceHost host, ChainSpec chain, List<SinkUri> sinks, UnaryOperator<FramePoller> observer)
            throws IOException, PluginRejectedException {
        this.host = host;
        Aeron aeron = host.own(EmbeddedMedia.launch(host.errors())).aeron();
        FrameSubscriber processed = host.own(
                new FrameSubscriber(aeron, EmbeddedMedia.LOOPBACK_CHANNEL, PROCESSED_STREAM, metrics, "router"));
        startRouter(sinks, observer.apply(processed));
        FrameSubscriber captured = host.own(
                new FrameSubscriber(aeron, EmbeddedMedia.LOOPBACK_CHANNEL, CAPTURED_STREAM, metrics, "processor"));
        FramePublisher toRouter = host.own(new FramePublisher(
                aeron, Waiting.resolvedChannel(processed::resolvedChannel), PROCESSED_STREAM, metrics, "processor"));
        startProcessor(chain, captured, toRouter);
        entry = host.own(new FramePublisher(
                aeron, Waiting.resolvedChannel(captured::resolvedChannel), CAPTURED_STREAM, metrics, "capture"));
        Waiting.until("all stages connected", CONNECT_TIMEOUT_NS, () -> entry.isConnected() && toRouter.isConnected());
    }

    /**
     * Starts all stages; nothing is left running when one fails to start.
     *
     * @param observer stands between the last subscription and the router, on the router's thread
     */
    public static Stages start(
            ErrorLog errors, ChainSpec chain, List<SinkUri> sinks, UnaryOperator<FramePoller> observer)
            throws IOException, PluginRejectedException {
        ServiceHost host = new ServiceHost(errors);
        boolean started = false;
        try {
            Stages stages = new Stages(host, chain, sinks, observer);
            started = true;
            return stages;
        } finally {
            if (!started) {
                host.close();
            }
        }
    }

    private void startRouter(List<SinkUri> sinks, FramePoller poller) throws IOException {
        Router router = Router.open(
                sinks,
                poller,
                names,
                metrics,
                new HttpRoutes(),
                ControlEventListener.NONE,
                message -> host.errors().onError(new IOException(message)));
        for (Agent agent : router.agents()) {
            host.start(agent);
        }
    }

    private void startProcessor(ChainSpec chain, FramePoller captured, FrameHandler toRouter)
            throws PluginRejectedException {
        Watchdog watchdog = host.own(Watchdog.start());
        PluginLibrary library = host.own(new PluginLibrary(
                PluginFiles.official(),
                PluginLimits.defaults(),
                null,
                watchdog,
                PluginLibrary.DEFAULT_WARM_UP_FRAMES,
                warning -> {}));
        PreparedChain prepared = library.prepare(chain);
        host.start(new ProcessorAgent(
                "bench",
                captured,
                toRouter,
                streamId -> prepared,
                ControlEventListener.NONE,
                ProcessorSettings.defaults(),
                watchdog,
                metrics,
                SystemNanoClock.INSTANCE));
    }

    /** Takes frames in, on one thread: the agent's. */
    public FramePublisher entry() {
        return entry;
    }

    public Metrics metrics() {
        return metrics;
    }

    /** Which names the streams have. */
    public StreamDirectory names() {
        return names;
    }

    /** What runs besides is closed first. */
    public ServiceHost host() {
        return host;
    }

    /** Frames that did not make it, by whatever counter says so. */
    public long lostFrames() {
        return metrics.sum("microphone_frames_dropped_total")
                + metrics.sum("microphone_frame_faults_total")
                + metrics.sum("microphone_frames_missing_total");
    }

    @Override
    public void close() {
        host.close();
    }
}
