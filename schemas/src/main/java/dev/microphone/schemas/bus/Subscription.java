package dev.microphone.schemas.bus;

import java.util.concurrent.CompletableFuture;

/** Somebody who is told of messages, until this is closed. Any thread. */
public interface Subscription extends AutoCloseable {
    /** Done when the subscription's beginning is fixed: what is published from then on will be told. */
    CompletableFuture<Void> started();

    /** Done when everything has been told that was there when the subscription began, from where it began. */
    CompletableFuture<Void> caughtUp();

    /** Ends it. The subscriber is not called any more when this returns, unless it takes longer than 2 s. */
    @Override
    void close();
}
