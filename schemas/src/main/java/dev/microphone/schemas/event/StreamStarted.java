package dev.microphone.schemas.event;

import java.util.function.LongFunction;

/**
 * The first frame of an epoch has come to a processor.
 *
 * @param stream its name, tenant/site/device/source; its id in hexadecimal where nobody knows the name
 * @param streamId the 64-bit hash of the name that frames carry; unsigned
 * @param epoch one per run of the source
 * @param firstSequence of the first frame that came; above 0 where the beginning is missing or was processed elsewhere
 * @param captureTimeNs of that frame's first sample, ns since the Unix epoch
 * @param frameDurationUs of one frame: 5000, 10000 or 20000
 */
public record StreamStarted(
        String stream, long streamId, long epoch, long firstSequence, long captureTimeNs, int frameDurationUs)
        implements ControlEvent {
    @Override
    public String key() {
        return stream;
    }

    @Override
    public StreamStarted named(LongFunction<String> names) {
        return stream.isEmpty()
                ? new StreamStarted(
                        names.apply(streamId), streamId, epoch, firstSequence, captureTimeNs, frameDurationUs)
                : this;
    }
}
