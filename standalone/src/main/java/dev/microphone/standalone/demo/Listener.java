package dev.microphone.standalone.demo;

import dev.microphone.transport.frame.StreamName;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A listener as the page is one: connects by WebSocket, counts the frames it hears and what is missing between them.
 * Read the figures after {@link #closed}.
 */
final class Listener implements WebSocket.Listener {
    private static final int CONNECT_ATTEMPTS = 200;
    private static final Duration RETRY = Duration.ofMillis(25);

    private final HttpClient client;
    private final URI uri;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final ByteBuffer header = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long frames;
    private long missing;
    private long lastSequence = -1;
    private boolean heardSound;

    private Listener(HttpClient client, URI uri) {
        this.client = client;
        this.uri = uri;
    }

    /** Connects as soon as there is such a stream; does not wait for it. */
    static Listener connect(HttpClient client, String url, StreamName stream) {
        URI uri = URI.create(url.replaceFirst("^http", "ws") + "ws/streams/" + stream);
        Listener listener = new Listener(client, uri);
        listener.attempt(CONNECT_ATTEMPTS);
        return listener;
    }

    private void attempt(int attemptsLeft) {
        client.newWebSocketBuilder().buildAsync(uri, this).exceptionally(failure -> {
            onRefused(failure, attemptsLeft);
            return null;
        });
    }

    private void onRefused(Throwable failure, int attemptsLeft) {
        if (attemptsLeft == 0) {
            closed.completeExceptionally(failure);
            return;
        }
        // Until its first frame a stream does not exist.
        CompletableFuture.delayedExecutor(RETRY.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> attempt(attemptsLeft - 1));
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        while (header.hasRemaining() && data.hasRemaining()) {
            header.put(data.get());
        }
        while (data.hasRemaining()) {
            heardSound |= data.get() != 0;
        }
        if (last) {
            long sequence = header.getLong(0);
            if (frames > 0) {
                missing += sequence - lastSequence - 1;
            }
            lastSequence = sequence;
            frames++;
            header.clear();
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
        closed.complete(null);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        closed.completeExceptionally(error);
    }

    /** Waits until the server has said goodbye. */
    void awaitClosed(Duration timeout) {
        try {
            closed.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the listener at " + uri + " failed: " + e.getCause(), e);
        }
    }

    long frames() {
        return frames;
    }

    /** Frames that were not heard between the first and the last. */
    long missing() {
        return missing;
    }

    /** Whether any sample was not zero. */
    boolean heardSound() {
        return heardSound;
    }
}
