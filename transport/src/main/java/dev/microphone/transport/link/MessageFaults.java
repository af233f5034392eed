package dev.microphone.transport.link;

import dev.microphone.transport.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import org.agrona.concurrent.status.AtomicCounter;

/** Counts messages that are none. Any thread. */
final class MessageFaults {
    private final Map<MessageFault, AtomicCounter> counters = new EnumMap<>(MessageFault.class);

    MessageFaults(Metrics metrics, String stage) {
        for (MessageFault fault : MessageFault.values()) {
            if (fault != MessageFault.NONE) {
                counters.put(
                        fault,
                        metrics.counter(
                                "microphone_link_messages_refused_total", "stage", stage, "reason", fault.label()));
            }
        }
    }

    void count(MessageFault fault) {
        AtomicCounter counter = counters.get(fault);
        if (counter != null) {
            counter.incrementRelease();
        }
    }
}
