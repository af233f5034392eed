package dev.microphone.schemas.bus;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A record on its way to the broker. */
final class Outgoing {
    enum Kind {
        EVENT,
        ANNOUNCEMENT,
        CHANGE
    }

    final Kind kind;
    final String topic;
    final String key;
    final byte @Nullable [] value;
    /** Its offset; null when nobody asks, who does of changes alone. */
    final @Nullable CompletableFuture<Long> kept;

    private Outgoing(
            Kind kind, String topic, String key, byte @Nullable [] value, @Nullable CompletableFuture<Long> kept) {
        this.kind = kind;
        this.topic = topic;
        this.key = key;
        this.value = value;
        this.kept = kept;
    }

    static Outgoing event(String topic, String key, byte[] value) {
        return new Outgoing(Kind.EVENT, topic, key, value, null);
    }

    static Outgoing announcement(String topic, String key, byte[] value) {
        return new Outgoing(Kind.ANNOUNCEMENT, topic, key, value, null);
    }

    static Outgoing change(String topic, String key, byte @Nullable [] value, CompletableFuture<Long> kept) {
        return new Outgoing(Kind.CHANGE, topic, key, value, kept);
    }

    int lengthBytes() {
        return key.getBytes(StandardCharsets.UTF_8).length + (value == null ? 0 : value.length);
    }
}
