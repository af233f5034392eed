package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.transport.frame.StreamName;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class StreamChainsTest {
    private static final StreamName STREAM = new StreamName("acme/berlin/desk/mic");
    private static final StreamName BACKFILL = Objects.requireNonNull(STREAM.backfill());

    private final StreamChains<String> chains = new StreamChains<>("none");

    @Test
    void shouldGiveABackfillWhatItsStreamHas() {
        assertEquals("acme/berlin/desk/mic.backfill", BACKFILL.value());
        assertEquals("none", chains.of(BACKFILL.streamId()));
        chains.put(STREAM, "rnnoise");
        assertEquals("rnnoise", chains.of(STREAM.streamId()));
        assertEquals("rnnoise", chains.of(BACKFILL.streamId()));
        chains.put(STREAM, "gain");
        assertEquals("gain", chains.of(BACKFILL.streamId()));
        assertArrayEquals(new long[] {STREAM.streamId(), BACKFILL.streamId()}, chains.idsWith(STREAM));
    }

    @Test
    void shouldGiveABackfillItsOwnWhereItIsNamed() {
        chains.put(BACKFILL, "highpass");
        chains.put(STREAM, "rnnoise");
        assertEquals("highpass", chains.of(BACKFILL.streamId()));
        assertArrayEquals(new long[] {STREAM.streamId()}, chains.idsWith(STREAM));
    }

    @Test
    void shouldGiveAStreamWhoseNameIsTooLongForABackfillItsOwn() {
        StreamName longest = new StreamName("acme/berlin/desk/" + "m".repeat(63));
        chains.put(longest, "rnnoise");
        assertEquals("rnnoise", chains.of(longest.streamId()));
        assertArrayEquals(new long[] {longest.streamId()}, chains.idsWith(longest));
    }
}
