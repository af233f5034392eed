package dev.microphone.processor.wasm;

/** Thrown inside a plugin whose calls are nested too deeply. */
final class CallDepthException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallDepthException(int maximumCallDepth) {
        super("more than " + maximumCallDepth + " nested calls", null, false, false);
    }
}
