package dev.microphone.standalone.plugin;

import dev.microphone.processor.event.ControlEvent;
import dev.microphone.processor.event.ControlEventListener;
import dev.microphone.processor.event.PluginFaulted;
import dev.microphone.transport.frame.StreamDirectory;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells the user what happens to plugins and chains, a line each. Of a plugin's failures the first of each kind, and when
 * it is left out; the rest is counted in {@code microphone_plugin_errors_total}. It may wait for the terminal, so it is told by
 * {@link dev.microphone.processor.event.ControlEvents}.
 */
public final class FaultMessages implements ControlEventListener {
    private final StreamDirectory names;
    private final Consumer<String> messages;
    private final Set<String> told = new HashSet<>();

    public FaultMessages(StreamDirectory names, Consumer<String> messages) {
        this.names = names;
        this.messages = messages;
    }

    @Override
    public void onEvent(ControlEvent event) {
        if (!(event instanceof PluginFaulted fault)
                || told.add(fault.plugin() + " " + fault.digest() + " " + fault.reason() + " " + fault.bypassed())) {
            messages.accept(EventText.of(event, names));
        }
    }
}
