package dev.microphone.schemas.event;

/** Told of each event, on the thread on which it happens, which processes live frames: must neither block nor throw. */
@FunctionalInterface
public interface ControlEventListener {
    /** Tells nobody. */
    ControlEventListener NONE = event -> {};

    void onEvent(ControlEvent event);
}
