package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginFault;

/** Told of each fault, on the thread that processes the stream: must not block. */
@FunctionalInterface
public interface PluginFaultListener {
    /** Tells nobody. */
    PluginFaultListener NONE = event -> {};

    void onFault(Event event);

    /**
     * What happened.
     *
     * @param plugin as the chain names it
     * @param digest SHA-256 of the module
     * @param streamId the stream whose frame passed unprocessed
     * @param sequence that frame's
     * @param fault the reason
     * @param message in words; may be empty
     * @param bypassed whether the plugin is now left out until someone acts
     */
    record Event(
            String plugin,
            String digest,
            long streamId,
            long sequence,
            PluginFault fault,
            String message,
            boolean bypassed) {}
}
