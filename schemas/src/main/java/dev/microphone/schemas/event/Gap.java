package dev.microphone.schemas.event;

import java.util.function.LongFunction;

/**
 * Frames are missing; all that is lost is named by one.
 *
 * @param stream its name, tenant/site/device/source; its id in hexadecimal where nobody knows the name
 * @param streamId the 64-bit hash of the name that frames carry; unsigned
 * @param epoch one per run of the source
 * @param firstMissingSequence the first frame that is missing
 * @param lastMissingSequence the last one, inclusive
 * @param stage who noticed: processor or router
 * @param reason agent: the agent had to drop them and says so; lost: they were sent and did not come, or come late
 */
public record Gap(
        String stream,
        long streamId,
        long epoch,
        long firstMissingSequence,
        long lastMissingSequence,
        String stage,
        String reason)
        implements ControlEvent {
    @Override
    public String key() {
        return stream;
    }

    @Override
    public Gap named(LongFunction<String> names) {
        return stream.isEmpty()
                ? new Gap(
                        names.apply(streamId),
                        streamId,
                        epoch,
                        firstMissingSequence,
                        lastMissingSequence,
                        stage,
                        reason)
                : this;
    }
}
