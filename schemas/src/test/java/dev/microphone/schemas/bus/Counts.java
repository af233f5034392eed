package dev.microphone.schemas.bus;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** What a bus reports, kept. Any thread. */
final class Counts {
    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final Map<BusCount, LongAdder> counts = new ConcurrentHashMap<>();

    BusReports reports() {
        return new BusReports(
                (what, number) ->
                        counts.computeIfAbsent(what, key -> new LongAdder()).add(number),
                messages::add,
                errors::add);
    }

    long of(BusCount what) {
        return counts.getOrDefault(what, new LongAdder()).sum();
    }

    @Override
    public String toString() {
        return counts + " " + messages + " " + errors;
    }
}
