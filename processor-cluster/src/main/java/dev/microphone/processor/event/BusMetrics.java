package dev.microphone.processor.event;

import dev.microphone.schemas.bus.BusCount;
import dev.microphone.schemas.bus.BusReports;
import dev.microphone.transport.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.status.AtomicCounter;

/** How the control bus fares, as counters. */
public final class BusMetrics {
    private BusMetrics() {}

    /** @param messages takes one line for people when something changes for the worse or the better; any thread */
    public static BusReports reports(Metrics metrics, Consumer<String> messages, ErrorHandler errors) {
        Map<BusCount, AtomicCounter> counters = new EnumMap<>(BusCount.class);
        for (BusCount what : BusCount.values()) {
            counters.put(what, metrics.counter("microphone_control_bus_records_total", "what", what.label()));
        }
        return new BusReports(
                (what, number) -> Objects.requireNonNull(counters.get(what)).getAndAdd(number),
                messages,
                errors::onError);
    }
}
