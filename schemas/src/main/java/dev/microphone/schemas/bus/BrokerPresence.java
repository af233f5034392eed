package dev.microphone.schemas.bus;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells people once when the broker has gone, and once when it is back. Any thread. */
final class BrokerPresence {
    private final KafkaBusSettings settings;
    private final Consumer<String> messages;
    private long lastAnswerNs;
    private boolean away;
    private @Nullable Exception trouble;

    BrokerPresence(KafkaBusSettings settings, Consumer<String> messages, long nowNs) {
        this.settings = settings;
        this.messages = messages;
        this.lastAnswerNs = nowNs;
    }

    synchronized void onAnswer(long nowNs) {
        lastAnswerNs = nowNs;
        trouble = null;
        if (away) {
            away = false;
            messages.accept("control bus: Kafka at " + settings.bootstrapServers() + " answers again");
        }
    }

    synchronized void onTrouble(@Nullable Exception why, long nowNs, int waiting) {
        trouble = why;
        check(nowNs, waiting);
    }

    /** @param idle whether nothing waits for an answer: then silence means nothing */
    synchronized void onTick(long nowNs, boolean idle, int waiting) {
        if (idle && trouble == null && !away) {
            lastAnswerNs = nowNs;
        }
        check(nowNs, waiting);
    }

    private void check(long nowNs, int waiting) {
        if (!away && nowNs - lastAnswerNs >= settings.awayAfter().toNanos()) {
            away = true;
            messages.accept("control bus: Kafka at " + settings.bootstrapServers() + " does not answer"
                    + (trouble == null ? "" : " (" + trouble.getMessage() + ")") + ": " + waiting
                    + " events wait (at most " + settings.maxWaitingRecords()
                    + ", then the oldest are dropped); audio goes on as if nothing were");
        }
    }
}
