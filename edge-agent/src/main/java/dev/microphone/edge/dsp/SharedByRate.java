package dev.microphone.edge.dsp;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Tables that all streams of a rate share; a table goes when its last stream has gone. Any thread. */
final class SharedByRate<T> {
    private final Map<Integer, WeakReference<T>> tables = new HashMap<>();
    private final IntFunction<T> maker;

    SharedByRate(IntFunction<T> maker) {
        this.maker = maker;
    }

    synchronized T get(int sampleRateHz) {
        WeakReference<T> reference = tables.get(sampleRateHz);
        @Nullable T existing = reference == null ? null : reference.get();
        if (existing != null) {
            return existing;
        }
        tables.values().removeIf(old -> old.get() == null);
        T made = maker.apply(sampleRateHz);
        tables.put(sampleRateHz, new WeakReference<>(made));
        return made;
    }
}
