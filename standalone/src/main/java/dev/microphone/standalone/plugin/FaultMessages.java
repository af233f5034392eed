package dev.microphone.standalone.plugin;

import dev.microphone.schemas.event.AgentStatus;
import dev.microphone.schemas.event.ChainConfigured;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.Gap;
import dev.microphone.schemas.event.PluginDeployed;
import dev.microphone.schemas.event.PluginFaulted;
import dev.microphone.schemas.event.PluginRejected;
import dev.microphone.schemas.event.PluginReplaced;
import dev.microphone.schemas.event.PluginResumed;
import dev.microphone.schemas.event.PluginSuspended;
import dev.microphone.schemas.event.RouterAnnounced;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.schemas.event.SinkFaulted;
import dev.microphone.schemas.event.StreamEnded;
import dev.microphone.schemas.event.StreamStarted;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells the user what happens to plugins and chains, a line each. Of a plugin's failures the first of each kind, and when
 * it is left out; the rest is counted in {@code microphone_plugin_errors_total}. It may wait for the terminal, so it is told by
 * {@link dev.microphone.processor.event.ControlEvents}.
 */
public final class FaultMessages implements Consumer<ControlMessage> {
    private final Consumer<String> messages;
    private final Set<String> told = new HashSet<>();

    public FaultMessages(Consumer<String> messages) {
        this.messages = messages;
    }

    @Override
    public void accept(ControlMessage message) {
        if (isTold(message.event())) {
            messages.accept(EventText.of(message.event()));
        }
    }

    private boolean isTold(ControlEvent event) {
        return switch (event) {
            case PluginFaulted fault ->
                told.add(fault.plugin() + " " + fault.digest() + " " + fault.reason() + " " + fault.bypassed());
            case PluginReplaced replaced -> true;
            case PluginRejected rejected -> true;
            case PluginResumed resumed -> true;
            case PluginSuspended suspended -> true;
            case ChainConfigured configured -> true;
            // A sink says so itself; the rest is in counters and on the page.
            case SinkFaulted sink -> false;
            case PluginDeployed deployed -> false;
            case StreamStarted started -> false;
            case StreamEnded ended -> false;
            case Gap gap -> false;
            case AgentStatus agent -> false;
            case RouterAnnounced router -> false;
            case ShardAnnounced shard -> false;
        };
    }
}
