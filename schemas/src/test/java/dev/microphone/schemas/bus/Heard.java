package dev.microphone.schemas.bus;

import dev.microphone.schemas.event.ControlMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A subscriber that keeps what it is told. */
final class Heard implements Consumer<ControlMessage> {
    private static final long TIMEOUT_MS = 20_000;

    private final LinkedBlockingQueue<ControlMessage> queue = new LinkedBlockingQueue<>();

    @Override
    public void accept(ControlMessage message) {
        queue.add(message);
    }

    /** The next ones; waits for them. */
    List<ControlMessage> next(int count) throws InterruptedException {
        List<ControlMessage> messages = new ArrayList<>();
        while (messages.size() < count) {
            ControlMessage message = queue.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            if (message == null) {
                throw new AssertionError("heard " + messages.size() + " of " + count + " messages: " + messages);
            }
            messages.add(message);
        }
        return messages;
    }

    /** The next ones up to that one. */
    List<ControlMessage> until(ControlMessage last) throws InterruptedException {
        List<ControlMessage> messages = new ArrayList<>(next(1));
        while (!messages.get(messages.size() - 1).equals(last)) {
            messages.addAll(next(1));
        }
        return messages;
    }

    int waiting() {
        return queue.size();
    }
}
