package dev.microphone.processor.event;

/** Something happened that a person or a control plane may act upon. Immutable; any thread. */
public sealed interface ControlEvent
        permits PluginFaulted, PluginReplaced, PluginRejected, PluginResumed, ChainConfigured {}
