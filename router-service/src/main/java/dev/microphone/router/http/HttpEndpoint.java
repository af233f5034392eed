package dev.microphone.router.http;

/** Answers GET (and HEAD) at one path. Called on a network thread: must not block. */
@FunctionalInterface
public interface HttpEndpoint {
    HttpAnswer get();
}
