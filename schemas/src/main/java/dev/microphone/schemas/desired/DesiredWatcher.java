package dev.microphone.schemas.desired;

import org.jspecify.annotations.Nullable;

/** Told what should be, on a thread of the bus that it may block. */
@FunctionalInterface
public interface DesiredWatcher {
    /** @param entity null: it was removed */
    void onChange(String id, @Nullable DesiredEntity entity);
}
