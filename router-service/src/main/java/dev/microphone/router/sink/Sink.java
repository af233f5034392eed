package dev.microphone.router.sink;

import dev.microphone.transport.frame.Frame;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Delivers frames somewhere: into files, to listeners.
 *
 * <p>All methods but {@link #wants} and {@link #fault} are called on the sink's own worker thread, so a slow disk holds
 * up nobody but its queue. A sink takes care of trouble with a single stream itself (it counts that stream's frames as
 * dropped and goes on with the others); what it throws ends the whole sink.
 */
public interface Sink {
    /** Delivers one frame. The frame belongs to the caller and is overwritten after the call. */
    void onFrame(Frame frame) throws IOException;

    /** Makes what was delivered so far durable and readable; called about once a second. */
    void flush() throws IOException;

    /** Flushes, and releases everything. No call follows. */
    void close() throws IOException;

    /** Whether frames of that stream are worth queueing. Any thread; called per frame, must not allocate. */
    default boolean wants(long streamId) {
        return true;
    }

    /** One line that says what is wrong now, null while all is well. Any thread. */
    default @Nullable String fault() {
        return null;
    }
}
