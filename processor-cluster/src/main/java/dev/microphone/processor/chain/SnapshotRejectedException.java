package dev.microphone.processor.chain;

/** A snapshot that this chain cannot go on from; the message says why. Nothing was changed. */
public final class SnapshotRejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    public SnapshotRejectedException(String message) {
        super(message);
    }
}
