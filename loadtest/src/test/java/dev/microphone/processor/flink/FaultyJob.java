package dev.microphone.processor.flink;

import dev.microphone.transport.frame.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** The job with a bug at one frame, once. It is in the job's package, since nobody else can change its operator. */
public final class FaultyJob {
    private FaultyJob() {}

    /**
     * @param streamId of the stream whose frame it is
     * @param marker a file that does not exist: whoever makes it throws, in whichever process it is
     */
    public static void build(
            StreamExecutionEnvironment environment, ShardSettings settings, long streamId, long sequence, Path marker) {
        ProcessorJob.build(environment, settings, new FaultyOperator(settings, streamId, sequence, marker.toString()));
    }

    private static final class FaultyOperator extends ChainOperator {
        private static final long serialVersionUID = 1L;

        private final long streamId;
        private final long sequence;
        private final String marker;

        FaultyOperator(ShardSettings settings, long streamId, long sequence, String marker) {
            super(settings);
            this.streamId = streamId;
            this.sequence = sequence;
            this.marker = marker;
        }

        @Override
        public void processElement(StreamRecord<Frame> element) {
            Frame frame = element.getValue();
            if (frame.streamId() == streamId && frame.sequence() == sequence && isFirst()) {
                throw new IllegalStateException("a bug at frame " + sequence);
            }
            super.processElement(element);
        }

        private boolean isFirst() {
            try {
                Files.createFile(Path.of(marker));
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
