package dev.microphone.loadtest.path;

import dev.microphone.loadtest.stages.Stages;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.service.ErrorLog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The system's own stages: publisher, processor with a chain that passes through, router with a live sink. */
final class StagesPath implements FramePath {
    private final Arrivals arrivals;
    private final Stages stages;
    private final long[] streamIds = IntStream.range(0, Schedule.MAX_STREAMS)
            .mapToLong(stream -> new StreamName("bench/site/device/" + stream).streamId())
            .toArray();
    private final Frame frame = new Frame();
    /** What the normaliser would have left: the path copies it into the frame, as the agent does. */
    private final byte[] pcm = new byte[Frame.MAX_PCM_LENGTH];

    private final long unixEpochOffsetNs =
            TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();

    private StagesPath(Arrivals arrivals, Stages stages) {
        this.arrivals = arrivals;
        this.stages = stages;
    }

    static StagesPath open(ErrorLog errors) throws IOException, PluginRejectedException {
        Arrivals arrivals = new Arrivals();
        Stages stages =
                Stages.start(errors, ChainSpec.NONE, List.of(SinkUri.parse("ws:")), frames -> timed(frames, arrivals));
        return new StagesPath(arrivals, stages);
    }

    @Override
    public boolean send(int stream, long sequence, long dueNs, long sentNs) {
        System.arraycopy(pcm, 0, frame.bytes(), frame.pcmOffset(), pcm.length);
        frame.streamId(streamIds[stream])
                .epoch(1)
                .sequence(sequence)
                .captureTimeNs(unixEpochOffsetNs + dueNs)
                .clockQuality(ClockQuality.FREE_RUNNING)
                .flags(FrameFlags.DUAL_MONO);
        frame.buffer().putLong(Timestamps.DUE_OFFSET, dueNs);
        frame.buffer().putLong(Timestamps.SENT_OFFSET, sentNs);
        return stages.entry().onFrame(frame);
    }

    /** A frame has arrived once the router's routes have taken it: it is in its sinks' queues then. */
    private static FramePoller timed(FramePoller frames, Arrivals arrivals) {
        TimedHandler timed = new TimedHandler(arrivals);
        return (routes, frameLimit) -> frames.poll(timed.around(routes), frameLimit);
    }

    /** Stands between poller and routes; the router's thread. */
    private static final class TimedHandler implements FrameHandler {
        private final Arrivals arrivals;
        private FrameHandler routes = frame -> false;

        TimedHandler(Arrivals arrivals) {
            this.arrivals = arrivals;
        }

        FrameHandler around(FrameHandler target) {
            routes = target;
            return this;
        }

        @Override
        public boolean onFrame(Frame frame) {
            if (!routes.onFrame(frame)) {
                return false;
            }
            arrivals.record(
                    frame.buffer().getLong(Timestamps.DUE_OFFSET),
                    frame.buffer().getLong(Timestamps.SENT_OFFSET),
                    System.nanoTime());
            return true;
        }
    }

    @Override
    public boolean isConnected() {
        return stages.entry().isConnected();
    }

    @Override
    public Arrivals arrivals() {
        return arrivals;
    }

    @Override
    public long lost() {
        return stages.lostFrames();
    }

    @Override
    public void close() {
        stages.close();
    }
}
