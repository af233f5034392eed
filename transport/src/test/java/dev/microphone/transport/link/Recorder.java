package dev.microphone.transport.link;

import java.util.List;

/** Writes down what a node tells. */
record Recorder(List<String> heard) implements AnswerHandler {
    @Override
    public void onOwner(
            long streamId,
            long epoch,
            long coveredSequence,
            long attempt,
            long acknowledgementIntervalMs,
            String endpoint,
            String chain) {
        heard.add("owner " + streamId + " " + epoch + " " + coveredSequence + " " + attempt + " "
                + acknowledgementIntervalMs + " " + endpoint + " " + chain);
    }

    @Override
    public void onMoved(long streamId, long attempt, String endpoint) {
        heard.add("moved " + streamId + " " + attempt + " " + endpoint);
    }

    @Override
    public void onAcknowledged(long streamId, long epoch, long coveredSequence, long attempt) {
        heard.add("acknowledged " + streamId + " " + epoch + " " + coveredSequence + " " + attempt);
    }
}
