package dev.microphone.processor.flink;

import dev.microphone.transport.frame.Frame;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Sends each frame to the router that owns its stream. */
final class RouterSink implements Sink<Frame> {
    private static final long serialVersionUID = 1L;

    private final ShardSettings settings;

    RouterSink(ShardSettings settings) {
        this.settings = settings;
    }

    @Override
    public SinkWriter<Frame> createWriter(WriterInitContext context) {
        return new Writer(
                ShardTask.begin(settings, String.valueOf(context.getTaskInfo().getIndexOfThisSubtask())));
    }

    private record Writer(ShardTask task) implements SinkWriter<Frame> {
        @Override
        public void write(Frame frame, Context context) {
            task.send(frame);
        }

        @Override
        public void flush(boolean endOfInput) {
            // What waits for room is processed, but covered by no snapshot: it is made anew if this dies.
        }

        @Override
        public void close() {
            task.closeSink();
        }
    }
}
