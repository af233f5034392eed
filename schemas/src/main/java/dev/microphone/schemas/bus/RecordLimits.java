package dev.microphone.schemas.bus;

import dev.microphone.schemas.avro.EventCodec;
import dev.microphone.schemas.event.ControlMessage;
import org.jspecify.annotations.Nullable;

/** What a record may be. */
final class RecordLimits {
    /** The longest text in an event is a plugin's own words; the rest is a few hundred bytes. */
    static final int MAX_RECORD_BYTES = 64 * 1024;

    private RecordLimits() {}

    /** Null when it cannot be sent, which is counted: whoever publishes is not to be disturbed. */
    static byte @Nullable [] encoded(ControlMessage message, EventCodec codec, BusReports reports) {
        reports.count(BusCount.PUBLISHED);
        try {
            byte[] value = codec.encode(message);
            if (value.length <= MAX_RECORD_BYTES) {
                return value;
            }
        } catch (RuntimeException e) {
            reports.errors().accept(e);
        }
        reports.count(BusCount.REFUSED);
        return null;
    }
}
