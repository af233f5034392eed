package dev.microphone.loadtest.path;

import dev.microphone.router.Router;
import dev.microphone.router.http.HttpRoutes;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FramePublisher;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.ServiceHost;
import io.aeron.Aeron;
import java.io.IOException;
import java.util.List;
import org.agrona.concurrent.Agent;

/** The system's own stages. */
final class StagesPath implements FramePath {
    private static final int FIRST_STREAM = 1001;
    private static final int SECOND_STREAM = 1002;

    private final Metrics metrics;
    private final Arrivals arrivals;
    private final Frame outgoing = new Frame();
    private final byte[] pcm = new byte[Frame.MAX_PCM_LENGTH];
    private final ServiceHost host;
    private final FramePublisher first;
    private final FramePublisher second;

    private StagesPath(
            ServiceHost host, FramePublisher first, FramePublisher second, Metrics metrics, Arrivals arrivals) {
        this.host = host;
        this.first = first;
        this.second = second;
        this.metrics = metrics;
        this.arrivals = arrivals;
    }

    /** Starts all stages; nothing is left running when one fails to start. */
    static StagesPath open(ErrorLog errors) throws IOException {
        ServiceHost host = new ServiceHost(errors);
        boolean opened = false;
        try {
            StagesPath path = compose(host);
            opened = true;
            return path;
        } finally {
            if (!opened) {
                host.close();
            }
        }
    }

    private static StagesPath compose(ServiceHost host) throws IOException {
        Metrics metrics = new Metrics();
        Arrivals arrivals = new Arrivals();
        Aeron aeron = host.own(EmbeddedMedia.launch(host.errors())).aeron();
        FrameSubscriber end =
                host.own(new FrameSubscriber(aeron, EmbeddedMedia.LOOPBACK_CHANNEL, SECOND_STREAM, metrics, "router"));
        Router router = Router.open(
                List.of(SinkUri.parse("ws:")),
                timed(end, arrivals),
                new StreamDirectory(),
                metrics,
                new HttpRoutes(),
                message -> host.errors().onError(new IOException(message)));
        for (Agent agent : router.agents()) {
            host.start(agent);
        }
        FrameSubscriber middle = host.own(
                new FrameSubscriber(aeron, EmbeddedMedia.LOOPBACK_CHANNEL, FIRST_STREAM, metrics, "processor"));
        FramePublisher second = host.own(new FramePublisher(
                aeron, Waiting.resolvedChannel(end::resolvedChannel), SECOND_STREAM, metrics, "processor"));
        host.start(stage("processor", middle, second));
        FramePublisher first = host.own(new FramePublisher(
                aeron, Waiting.resolvedChannel(middle::resolvedChannel), FIRST_STREAM, metrics, "agent"));
        return new StagesPath(host, first, second, metrics, arrivals);
    }

    private static Agent stage(String roleName, FramePoller poller, FrameHandler handler) {
        return new Agent() {
            @Override
            public int doWork() {
                return poller.poll(handler, 16);
            }

            @Override
            public String roleName() {
                return roleName;
            }
        };
    }

    @Override
    public boolean send(int stream, long sequence, long dueNs, long sentNs) {
        System.arraycopy(pcm, 0, outgoing.bytes(), outgoing.pcmOffset(), pcm.length);
        outgoing.streamId(stream)
                .epoch(1)
                .sequence(sequence)
                .captureTimeNs(dueNs)
                .clockQuality(ClockQuality.FREE_RUNNING)
                .flags(FrameFlags.DUAL_MONO);
        outgoing.buffer().putLong(Timestamps.DUE_OFFSET, dueNs);
        outgoing.buffer().putLong(Timestamps.SENT_OFFSET, sentNs);
        return first.onFrame(outgoing);
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
        return first.isConnected() && second.isConnected();
    }

    @Override
    public Arrivals arrivals() {
        return arrivals;
    }

    @Override
    public long lost() {
        return metrics.sum("microphone_frames_dropped_total")
                + metrics.sum("microphone_frame_faults_total")
                + metrics.sum("microphone_frames_missing_total");
    }

    @Override
    public void close() {
        host.close();
    }
}
