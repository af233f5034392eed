package dev.microphone.router.http;

import java.util.concurrent.CompletableFuture;

/** Changes something. Called on a network thread: must not block, so it may answer later. */
@FunctionalInterface
public interface HttpAction {
    CompletableFuture<HttpAnswer> act(HttpCall call);
}
