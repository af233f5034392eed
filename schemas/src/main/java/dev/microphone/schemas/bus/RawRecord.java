package dev.microphone.schemas.bus;

import org.jspecify.annotations.Nullable;

/**
 * A record of a topic.
 *
 * @param value null: the key's value is removed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RawRecord(long offset, @Nullable String key, byte @Nullable [] value) {}
