package dev.microphone.loadtest.allocation;

import dev.microphone.edge.agent.BacklogLimits;
import dev.microphone.edge.agent.CaptureSession;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.loadtest.stages.EmbeddedPipeline;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.service.ErrorLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs all stages in this process and measures what each data thread allocates. */
final class PipelineAllocations {
    /** Each data thread, by how its name begins. */
    static final Map<String, String> ROLES = roles();

    private static final int STREAMS = 4;

    private PipelineAllocations() {}

    private static Map<String, String> roles() {
        Map<String, String> roles = new LinkedHashMap<>();
        roles.put("capture ", "capture");
        roles.put("normalise", "normalise");
        roles.put("processor", "processor");
        roles.put("router", "router");
        roles.put("sink ", "sink");
        return roles;
    }

    /**
     * @param warmUpFrames until the JIT has compiled all there is
     * @return bytes a frame, by role
     */
    static Map<String, Double> bytesPerFrame(
            ErrorLog errors, ChainSpec chain, List<SinkUri> sinks, long warmUpFrames, long frames) throws Exception {
        try (EmbeddedPipeline pipeline = EmbeddedPipeline.start(errors, chain, sinks, BacklogLimits.defaults())) {
            List<CaptureSession> sessions = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                sessions.add(pipeline.capture(
                        new StreamName("bench/site/device/" + i), new HumSource(), NormaliserSettings.defaults()));
            }
            ThreadAllocations allocations = new ThreadAllocations(ROLES);
            pipeline.awaitDelivered(warmUpFrames);
            // Reading loads classes: once for that.
            allocations.read();
            long framesBefore = pipeline.deliveredFrames();
            Map<String, Long> before = allocations.read();
            pipeline.awaitDelivered(framesBefore + frames);
            Map<String, Long> after = allocations.read();
            long framesBetween = pipeline.deliveredFrames() - framesBefore;
            sessions.forEach(CaptureSession::stop);
            for (CaptureSession session : sessions) {
                session.ended().get();
            }
            Map<String, Double> perFrame = new LinkedHashMap<>();
            for (String role : ROLES.values()) {
                if (!before.containsKey(role) || !after.containsKey(role)) {
                    throw new IllegalStateException("no thread with the role " + role + " was there");
                }
                perFrame.put(role, (double) (after.get(role) - before.get(role)) / framesBetween);
            }
            return perFrame;
        }
    }
}
