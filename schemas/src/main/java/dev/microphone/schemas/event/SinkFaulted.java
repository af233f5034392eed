package dev.microphone.schemas.event;

/**
 * A sink delivers nothing more, or not everything; the other sinks go on.
 *
 * @param sink its URI
 * @param reason in words, one line
 * @param droppedFrames frames that it did not write until now
 */
public record SinkFaulted(String sink, String reason, long droppedFrames) implements ControlEvent {
    @Override
    public String key() {
        return "sink/" + sink;
    }
}
