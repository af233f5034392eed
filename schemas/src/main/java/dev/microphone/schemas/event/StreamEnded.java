package dev.microphone.schemas.event;

import java.util.function.LongFunction;

/**
 * No more frames of an epoch are to be expected.
 *
 * @param stream its name, tenant/site/device/source; its id in hexadecimal where nobody knows the name
 * @param streamId the 64-bit hash of the name that frames carry; unsigned
 * @param epoch one per run of the source
 * @param lastSequence of the last frame that came
 * @param reason end_of_stream: the source said so; idle: nothing came for long; new_epoch: the source has started anew; closed: the processor stops
 */
public record StreamEnded(String stream, long streamId, long epoch, long lastSequence, String reason)
        implements ControlEvent {
    @Override
    public String key() {
        return stream;
    }

    @Override
    public StreamEnded named(LongFunction<String> names) {
        return stream.isEmpty() ? new StreamEnded(names.apply(streamId), streamId, epoch, lastSequence, reason) : this;
    }
}
