package dev.microphone.schemas.event;

import java.util.function.LongFunction;

/**
 * Something happened that a person or a control plane may act upon. Immutable; any thread.
 *
 * <p>An event is a record here, permitted below, and a schema of the same name and the same fields in {@code
 * src/main/avro}: nothing else has to be registered. Words such as reasons are texts, not enums, because a reader must
 * expect words that are newer than itself.
 */
public sealed interface ControlEvent
        permits AgentStatus,
                Announcement,
                ChainConfigured,
                Gap,
                PluginDeployed,
                PluginFaulted,
                PluginRejected,
                PluginReplaced,
                PluginResumed,
                PluginSuspended,
                SinkFaulted,
                StreamEnded,
                StreamStarted {
    /** What it is about: a stream's name, or {@code kind/name}. Events with the same key keep their order. */
    String key();

    /** The same with the stream's name, where only its id was known. */
    default ControlEvent named(LongFunction<String> names) {
        return this;
    }
}
