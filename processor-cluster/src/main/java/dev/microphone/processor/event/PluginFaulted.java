package dev.microphone.processor.event;

import dev.microphone.processor.wasm.PluginFault;

/**
 * A plugin failed on a frame, which passed it unprocessed; its instance was thrown away.
 *
 * @param plugin as the chain names it
 * @param digest SHA-256 of the module, hexadecimal
 * @param streamId the stream whose frame it was
 * @param epoch that frame's
 * @param sequence that frame's
 * @param captureTimeNs that frame's, ns since the Unix epoch
 * @param reason how the call ended
 * @param message the same in words; may be empty
 * @param recovery what takes the instance's place
 * @param snapshotSequence the last frame that the state it goes on from has seen; -1 where that state is a fresh one
 */
public record PluginFaulted(
        String plugin,
        String digest,
        long streamId,
        long epoch,
        long sequence,
        long captureTimeNs,
        PluginFault reason,
        String message,
        PluginRecovery recovery,
        long snapshotSequence)
        implements ControlEvent {
    /** Whether the plugin is now left out until someone acts. */
    public boolean bypassed() {
        return recovery == PluginRecovery.BYPASS;
    }
}
