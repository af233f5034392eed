package dev.microphone.schemas.event;

import java.util.function.LongFunction;

/**
 * A plugin failed on a frame, which passed it unprocessed; its instance was thrown away.
 *
 * @param plugin as the chain names it
 * @param digest SHA-256 of the module, hexadecimal
 * @param stream its name, tenant/site/device/source; its id in hexadecimal where nobody knows the name
 * @param streamId the 64-bit hash of the name that frames carry; unsigned
 * @param epoch that frame's
 * @param sequence that frame's
 * @param captureTimeNs that frame's, ns since the Unix epoch
 * @param reason how the call ended: trap, time_limit, stack_limit, bad_length, reported, bad_frame_address; or no_memory: there
 *     was none for an instance or a snapshot of it
 * @param message the same in words; may be empty
 * @param instanceAction what takes the instance's place: last_good_snapshot, older_snapshot, fresh, or bypass: nothing until someone acts; kept:
 *     the instance goes on, and no snapshot of it could be taken
 * @param snapshotSequence the last frame that the state it goes on from has seen; -1 where that state is a fresh one
 */
public record PluginFaulted(
        String plugin,
        String digest,
        String stream,
        long streamId,
        long epoch,
        long sequence,
        long captureTimeNs,
        String reason,
        String message,
        String instanceAction,
        long snapshotSequence)
        implements ControlEvent {
    /** The action that leaves the plugin out. */
    public static final String BYPASS = "bypass";

    /** The instance is well; no snapshot of it could be taken. */
    public static final String KEPT = "kept";

    /** Whether the plugin is now left out until someone acts. */
    public boolean bypassed() {
        return instanceAction.equals(BYPASS);
    }

    @Override
    public String key() {
        return stream;
    }

    @Override
    public PluginFaulted named(LongFunction<String> names) {
        return stream.isEmpty()
                ? new PluginFaulted(
                        plugin,
                        digest,
                        names.apply(streamId),
                        streamId,
                        epoch,
                        sequence,
                        captureTimeNs,
                        reason,
                        message,
                        instanceAction,
                        snapshotSequence)
                : this;
    }
}
