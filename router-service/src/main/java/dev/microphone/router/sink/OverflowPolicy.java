package dev.microphone.router.sink;

/** What becomes of a frame for which a sink's queue has no room. */
public enum OverflowPolicy {
    /** It is offered again, and flow control slows the sender: for recordings, which must be whole. */
    BACK_PRESSURE,
    /** It is dropped and counted: for live listeners, who prefer now to complete. */
    DROP
}
