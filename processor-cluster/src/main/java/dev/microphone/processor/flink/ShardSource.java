package dev.microphone.processor.flink;

import dev.microphone.transport.aeron.BusyTime;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.service.DataPathIdleStrategy;
import dev.microphone.transport.service.RestingIdleStrategy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.IdleStrategy;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Frames that agents send to this subtask. It has no splits: which frames come is a matter of who owns which key group, and
 * agents find that out by themselves. What a restored state lacks, they send again.
 */
final class ShardSource implements Source<Frame, NoSplit, NoState> {
    private static final long serialVersionUID = 1L;

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<Frame, NoSplit> createReader(SourceReaderContext context) {
        return new Reader();
    }

    @Override
    public SplitEnumerator<NoSplit, NoState> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
        return new NoSplits();
    }

    @Override
    public SplitEnumerator<NoSplit, NoState> restoreEnumerator(
            SplitEnumeratorContext<NoSplit> context, NoState checkpoint) {
        return new NoSplits();
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new EmptySerializer<>(NoSplit.INSTANCE);
    }

    @Override
    public SimpleVersionedSerializer<NoState> getEnumeratorCheckpointSerializer() {
        return new EmptySerializer<>(NoState.INSTANCE);
    }

    /** Polls on the task's thread; when there is nothing it sleeps ({@link DataPathIdleStrategy}) and is asked again. */
    private static final class Reader implements SourceReader<Frame, NoSplit>, FrameHandler {
        /** Under a millisecond of pass-through between two looks at Flink's mailbox. */
        private static final int FRAME_LIMIT = 8;

        private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

        private @Nullable IdleStrategy idle;
        private @Nullable ShardTask task;
        private @Nullable ReaderOutput<Frame> output;

        @Override
        public void start() {
            ShardTask running = ShardTask.current();
            task = running;
            idle = BusyTime.of(
                    new RestingIdleStrategy(new DataPathIdleStrategy(), FRAME_LIMIT),
                    running.door().aeron(),
                    "task");
        }

        @Override
        public InputStatus pollNext(ReaderOutput<Frame> target) {
            ShardTask running = task;
            IdleStrategy between = idle;
            if (running == null || between == null) {
                throw new IllegalStateException("polled before start");
            }
            output = target;
            between.idle(running.poll(this, FRAME_LIMIT));
            return InputStatus.MORE_AVAILABLE;
        }

        @Override
        public boolean onFrame(Frame frame) {
            ShardTask running = task;
            ReaderOutput<Frame> target = output;
            if (running == null || target == null || !running.hasRoom()) {
                return false;
            }
            target.collect(frame);
            return true;
        }

        @Override
        public List<NoSplit> snapshotState(long checkpointId) {
            return List.of();
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return NOW;
        }

        @Override
        public void addSplits(List<NoSplit> splits) {}

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void close() {}
    }

    /** Nothing to assign. */
    private static final class NoSplits implements SplitEnumerator<NoSplit, NoState> {
        @Override
        public void start() {}

        @Override
        public void handleSplitRequest(int subtaskId, @Nullable String requesterHostname) {}

        @Override
        public void addSplitsBack(List<NoSplit> splits, int subtaskId) {}

        @Override
        public void addReader(int subtaskId) {}

        @Override
        public NoState snapshotState(long checkpointId) {
            return NoState.INSTANCE;
        }

        @Override
        public void close() {}
    }
}
