package dev.microphone.loadtest.stages;

import dev.microphone.edge.agent.BacklogLimits;
import dev.microphone.edge.agent.CaptureSession;
import dev.microphone.edge.agent.EdgeAgent;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.AudioSource;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ErrorLog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** All stages in one process, to which sources are added at any time. */
public final class EmbeddedPipeline implements AutoCloseable {
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final Stages stages;
    private final EdgeAgent agent;

    private EmbeddedPipeline(Stages stages, BacklogLimits backlog) {
        this.stages = stages;
        this.agent =
                new EdgeAgent(stages.entry(), stages.metrics(), stages.host().errors(), backlog);
        stages.host().start(agent.agent());
    }

    /** @param backlog what the agent keeps while the processor has no room */
    public static EmbeddedPipeline start(ErrorLog errors, ChainSpec chain, List<SinkUri> sinks, BacklogLimits backlog)
            throws IOException, PluginRejectedException {
        return new EmbeddedPipeline(Stages.start(errors, chain, sinks, UnaryOperator.identity()), backlog);
    }

    /** Starts one more stream; its source belongs to the pipeline from now on. */
    public CaptureSession capture(StreamName name, AudioSource source, NormaliserSettings settings) {
        stages.names().add(name);
        return agent.start(name, source, settings);
    }

    public Metrics metrics() {
        return stages.metrics();
    }

    /** Frames that the router has delivered. */
    public long deliveredFrames() {
        return stages.metrics()
                .counter("microphone_frames_processed_total", "stage", "router")
                .get();
    }

    public long lostFrames() {
        return stages.lostFrames();
    }

    /** Waits until that many frames have been delivered. */
    public void awaitDelivered(long frames) {
        Waiting.until("frame " + frames + " delivered", DRAIN_TIMEOUT_NS, () -> deliveredFrames() >= frames);
    }

    /** Ends what still runs, and closes the sinks. */
    @Override
    public void close() {
        stages.close();
    }
}
