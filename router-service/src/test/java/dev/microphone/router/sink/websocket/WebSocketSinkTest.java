package dev.microphone.router.sink.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.router.WebSocketListener;
import dev.microphone.router.http.HttpServer;
import dev.microphone.router.sink.Sink;
import dev.microphone.router.sink.SinkContract;
import dev.microphone.router.sink.SinkUri;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebSocketSinkTest extends SinkContract {
    private static final int HEADER_LENGTH = 16;

    private final Map<String, WebSocketListener> listeners = new HashMap<>();
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.start("127.0.0.1", 0, contexts.http, errors::add);
    }

    @Override
    protected Sink open() throws Exception {
        Sink sink = openWithoutListeners();
        for (String name : new String[] {"acme/lab/desk/first", "acme/lab/desk/second"}) {
            WebSocketListener listener = new WebSocketListener(server.port(), "/ws/streams/" + name);
            listener.text();
            listeners.put(name, listener);
        }
        // The format has been sent, but the listener is registered just after: on another thread.
        while (!sink.wants(first) || !sink.wants(second)) {
            Thread.onSpinWait();
        }
        return sink;
    }

    private Sink openWithoutListeners() throws Exception {
        SinkUri uri = SinkUri.parse("ws:");
        return uri.kind().opener().open(uri, contexts.context("ws:"));
    }

    @Override
    protected byte[] delivered(String streamName, int lengthBytes) throws Exception {
        ByteArrayOutputStream samples = new ByteArrayOutputStream();
        while (samples.size() < lengthBytes) {
            byte[] message = listener(streamName).message();
            samples.write(message, HEADER_LENGTH, message.length - HEADER_LENGTH);
        }
        return samples.toByteArray();
    }

    private WebSocketListener listener(String streamName) {
        return Objects.requireNonNull(listeners.get(streamName));
    }

    @AfterEach
    void stop() {
        listeners.values().forEach(WebSocketListener::close);
        server.close();
        assertTrue(errors.isEmpty(), errors::toString);
    }

    @Test
    void shouldWantNoFramesWhenNobodyListens() throws Exception {
        Sink sink = openWithoutListeners();

        assertFalse(sink.wants(first));
    }

    @Test
    void shouldWantOnlyTheStreamThatSomebodyListensTo() throws Exception {
        Sink sink = openWithoutListeners();
        try (WebSocketListener listener = new WebSocketListener(server.port(), "/ws/streams/acme/lab/desk/first")) {
            listener.text();
            while (!sink.wants(first)) {
                Thread.onSpinWait();
            }

            assertFalse(sink.wants(second));
            assertEquals(1, contexts.streams.statuses().get(0).listeners());
        }
        while (sink.wants(first)) {
            Thread.onSpinWait();
        }
        assertEquals(0, contexts.streams.statuses().get(0).listeners());
    }

    @Test
    void shouldSayGoodbyeWhenClosed() throws Exception {
        Sink sink = open();

        sink.close();

        assertEquals(1001, listener("acme/lab/desk/first").closeCode());
    }
}
