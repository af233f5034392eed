package dev.microphone.processor.event;

/** Something happened that a person or a control plane may act upon. Immutable; any thread. */
public sealed interface ControlEvent permits PluginFaulted {
    /** The plugin it is about, as the chain names it. */
    String plugin();
}
