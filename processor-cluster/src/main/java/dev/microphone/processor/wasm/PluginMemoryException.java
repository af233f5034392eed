package dev.microphone.processor.wasm;

/** There is no memory for an instance or a snapshot of it, by the limit of all plugins together or for want of heap. */
public final class PluginMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PluginMemoryException(String message) {
        super(message);
    }

    static PluginMemoryException ofHeap(OutOfMemoryError cause) {
        PluginMemoryException exception =
                new PluginMemoryException("the heap has no room for an instance or a snapshot: " + cause.getMessage());
        exception.initCause(cause);
        return exception;
    }
}
