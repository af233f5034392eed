package dev.microphone.schemas.event;

/**
 * A sink has stopped: it delivers nothing more, the other sinks go on.
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
