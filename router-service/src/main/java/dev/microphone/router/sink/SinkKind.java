package dev.microphone.router.sink;

import java.io.IOException;

/**
 * One kind of sink, as its package registers it in {@link SinkKinds}.
 *
 * @param scheme what stands before the colon in its URI
 * @param form the URI's form, as shown to users
 * @param overflow what its queue does when it is full
 * @param opener makes a sink of this kind
 */
public record SinkKind(String scheme, String form, OverflowPolicy overflow, Opener opener) {
    /** Opens a sink. */
    @FunctionalInterface
    public interface Opener {
        /**
         * @throws IllegalArgumentException when the URI's target is not one of this kind
         * @throws IOException when it cannot be opened; the message is for users
         */
        Sink open(SinkUri uri, SinkContext context) throws IOException;
    }
}
