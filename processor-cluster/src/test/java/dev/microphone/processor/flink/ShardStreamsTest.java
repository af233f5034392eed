package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is acknowledged, and when. */
final class ShardStreamsTest {
    private static final long STREAM = 42;

    private final Map<Long, byte[]> stored = new HashMap<>();
    private final List<Long> acknowledged = new ArrayList<>();
    private final ShardStreams streams = new ShardStreams(
            new SessionStore() {
                @Override
                public byte @Nullable [] read(long streamId) {
                    return stored.get(streamId);
                }

                @Override
                public void write(long streamId, byte[] session) {
                    stored.put(streamId, session);
                }

                @Override
                public void clear(long streamId) {
                    stored.remove(streamId);
                }
            },
            streamId -> {
                throw new AssertionError("no frame was sent");
            },
            new ShardStreams.Downstream() {
                @Override
                public @Nullable String routerOf(long streamId) {
                    return null;
                }

                @Override
                public long position(long streamId) {
                    return -1;
                }

                @Override
                public boolean isTaken(long streamId, String router, long position) {
                    return false;
                }

                @Override
                public void pushThrough(long streamId) {}
            },
            1_000_000_000L,
            ControlEventListener.NONE,
            new Metrics(),
            "0",
            error -> {
                throw new AssertionError(error);
            },
            0);

    private void complete(long checkpointId) {
        streams.onCheckpointComplete(checkpointId, (streamId, epoch, sequence) -> acknowledged.add(sequence));
    }

    @Test
    void shouldAcknowledgeACheckpointAfterOneThatItDidNotNoteIsComplete() {
        stored.put(STREAM, StoredSession.of(7, 99, new byte[0]));
        streams.remember(STREAM, 0);
        streams.onCheckpoint(5);
        complete(4);
        assertEquals(List.of(), acknowledged);
        complete(5);
        assertEquals(List.of(99L), acknowledged);
    }

    @Test
    void shouldAcknowledgeWhatTheCompletedCheckpointCoversAndNotALaterOne() {
        stored.put(STREAM, StoredSession.of(7, 99, new byte[0]));
        streams.remember(STREAM, 0);
        streams.onCheckpoint(5);
        stored.put(STREAM, StoredSession.of(7, 149, new byte[0]));
        streams.remember(STREAM, 0);
        streams.onCheckpoint(6);
        complete(5);
        assertEquals(List.of(99L), acknowledged);
        complete(6);
        assertEquals(List.of(99L, 149L), acknowledged);
    }
}
