package dev.microphone.edge.agent;

import dev.microphone.transport.frame.StreamName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one run of a source ended.
 *
 * @param frames made of it, the dropped ones included: its sequences are 0 to {@code frames − 1}
 * @param droppedFrames for want of room downstream
 * @param fault why it ended early; null when the source came to its end or was stopped
 * @param warnings what was odd about the source, one line each
 */
public record StreamEnd(
        StreamName stream,
        long epoch,
        long frames,
        long droppedFrames,
        @Nullable Exception fault,
        List<String> warnings) {}
