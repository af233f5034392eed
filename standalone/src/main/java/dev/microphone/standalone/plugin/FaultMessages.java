package dev.microphone.standalone.plugin;

import dev.microphone.processor.chain.PluginFaultListener;
import dev.microphone.transport.frame.StreamDirectory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Tells the user of a plugin's failures: the first of each kind, and when it is left out. The rest is counted in
 * {@code microphone_plugin_errors_total}. Writes on a thread of its own: the data path only hands over.
 */
public final class FaultMessages implements PluginFaultListener, AutoCloseable {
    private final StreamDirectory names;
    private final Consumer<String> messages;
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("plugin-messages").factory());

    public FaultMessages(StreamDirectory names, Consumer<String> messages) {
        this.names = names;
        this.messages = messages;
    }

    @Override
    public void onFault(Event event) {
        String kind = event.plugin() + " " + event.fault() + " " + event.bypassed();
        if (told.add(kind)) {
            writer.execute(() -> messages.accept(text(event, names.nameOf(event.streamId()))));
        }
    }

    static String text(Event event, String streamName) {
        return "plugin '" + event.plugin() + "' failed on frame " + event.sequence() + " of " + streamName + " ("
                + event.fault().label() + (event.message().isEmpty() ? "" : ": " + event.message()) + "): "
                + (event.bypassed()
                        ? "it failed too often and is left out from now on"
                        : "the frame passed unprocessed; further ones are only counted");
    }

    @Override
    public void close() {
        writer.shutdown();
    }
}
