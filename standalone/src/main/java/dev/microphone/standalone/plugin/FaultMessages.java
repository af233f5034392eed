package dev.microphone.standalone.plugin;

import dev.microphone.processor.event.ControlEvent;
import dev.microphone.processor.event.ControlEventListener;
import dev.microphone.processor.event.PluginFaulted;
import dev.microphone.transport.frame.StreamDirectory;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells the user of a plugin's failures: the first of each kind, and when it is left out. The rest is counted in
 * {@code microphone_plugin_errors_total}. It may wait for the terminal, so it is told by
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
        switch (event) {
            case PluginFaulted fault -> onFault(fault);
        }
    }

    private void onFault(PluginFaulted fault) {
        String kind = fault.plugin() + " " + fault.reason() + " " + fault.bypassed();
        if (told.add(kind)) {
            messages.accept(text(fault, names.nameOf(fault.streamId())));
        }
    }

    static String text(PluginFaulted event, String streamName) {
        return "plugin '" + event.plugin() + "' failed on frame " + event.sequence() + " of " + streamName + " ("
                + event.reason().label() + (event.message().isEmpty() ? "" : ": " + event.message()) + "): "
                + (event.bypassed()
                        ? "it failed too often and is left out from now on"
                        : "the frame passed unprocessed; further ones are only counted");
    }
}
