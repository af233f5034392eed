package dev.microphone.standalone.live;

import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FramePublisher;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ServiceHost;
import java.util.List;

/**
 * What connects the stages of one process, over loopback UDP: capture → processor → router.
 *
 * @param captured what the processor receives
 * @param processed what the router receives
 */
record StageLinks(
        EmbeddedMedia media,
        FramePublisher toProcessor,
        FrameSubscriber captured,
        FramePublisher toRouter,
        FrameSubscriber processed) {
    private static final int CAPTURED_STREAM_ID = 1;
    private static final int PROCESSED_STREAM_ID = 2;

    /** @param host closes them, and the media driver after them */
    static StageLinks open(Metrics metrics, ServiceHost host) {
        EmbeddedMedia media = host.own(EmbeddedMedia.launch(host.errors()));
        FrameSubscriber processed = host.own(subscribe(media, PROCESSED_STREAM_ID, metrics, "router"));
        FrameSubscriber captured = host.own(subscribe(media, CAPTURED_STREAM_ID, metrics, "processor"));
        FramePublisher toRouter = host.own(publish(media, processed, PROCESSED_STREAM_ID, metrics, "processor"));
        FramePublisher toProcessor = host.own(publish(media, captured, CAPTURED_STREAM_ID, metrics, "capture"));
        return new StageLinks(media, toProcessor, captured, toRouter, processed);
    }

    private static FrameSubscriber subscribe(EmbeddedMedia media, int streamId, Metrics metrics, String stage) {
        return new FrameSubscriber(media.aeron(), EmbeddedMedia.LOOPBACK_CHANNEL, streamId, metrics, stage);
    }

    private static FramePublisher publish(
            EmbeddedMedia media, FrameSubscriber receiver, int streamId, Metrics metrics, String stage) {
        return new FramePublisher(media.aeron(), Connected.channelOf(receiver), streamId, metrics, stage);
    }

    Connected connected() {
        return new Connected(List.of(toProcessor, toRouter));
    }
}
