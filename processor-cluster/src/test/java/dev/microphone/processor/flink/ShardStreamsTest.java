package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is acknowledged, and when. */
final class ShardStreamsTest {
    private static final long STREAM = 42;

    private final ShardInMemory shard = new ShardInMemory(null);
    private final List<Long> acknowledged = new ArrayList<>();
    private final ShardStreams streams = shard.begin(streamId -> {
        throw new AssertionError("no frame was sent");
    });

    @AfterEach
    void shouldHaveReportedNothing() {
        assertEquals(List.of(), shard.errors);
    }

    private void store(long sequence) {
        shard.stored.put(STREAM, StoredSession.of(7, sequence, new byte[0], new byte[0]));
        streams.remember(STREAM, 0);
    }

    private void complete(long checkpointId) {
        streams.onCheckpointComplete(checkpointId, (streamId, epoch, sequence) -> acknowledged.add(sequence));
    }

    @Test
    void shouldAcknowledgeACheckpointAfterOneThatItDidNotNoteIsComplete() {
        store(99);
        streams.onCheckpoint(5);
        complete(4);
        assertEquals(List.of(), acknowledged);
        complete(5);
        assertEquals(List.of(99L), acknowledged);
    }

    @Test
    void shouldAcknowledgeWhatTheCompletedCheckpointCoversAndNotALaterOne() {
        store(99);
        streams.onCheckpoint(5);
        store(149);
        streams.onCheckpoint(6);
        complete(5);
        assertEquals(List.of(99L), acknowledged);
        complete(6);
        assertEquals(List.of(99L, 149L), acknowledged);
    }
}
