package dev.microphone.processor.wasm;

/** Thrown inside a plugin call that the watchdog has stopped. */
final class PluginStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PluginStoppedException() {
        super("stopped after its time limit", null, false, false);
    }
}
