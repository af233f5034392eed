package dev.microphone.processor.wasm;

/** A plugin wants its frame where it has no memory. */
final class BadFrameAddressException extends Exception {
    private static final long serialVersionUID = 1L;

    BadFrameAddressException() {
        super("the frame's place is outside the memory", null, false, false);
    }
}
