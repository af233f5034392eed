package dev.microphone.schemas.bus;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A record on its way to the broker. */
final class Outgoing {
    final String topic;
    final String key;
    final byte @Nullable [] value;
    /** Its offset; null when nobody asks. */
    final @Nullable CompletableFuture<Long> kept;

    Outgoing(String topic, String key, byte @Nullable [] value, @Nullable CompletableFuture<Long> kept) {
        this.topic = topic;
        this.key = key;
        this.value = value;
        this.kept = kept;
    }

    int lengthBytes() {
        return key.getBytes(StandardCharsets.UTF_8).length + (value == null ? 0 : value.length);
    }
}
