package dev.microphone.router;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The listener's protocol as DESIGN.md, "HTTP", states it, through a whole router. */
class WebSocketProtocolTest {
    private static final String NAME = "acme/lab/desk/mic";

    private LiveRouter router;
    private StreamName name;

    @BeforeEach
    void start() throws Exception {
        router = new LiveRouter("ws:");
        name = router.name(NAME);
    }

    @AfterEach
    void stop() {
        router.close();
        assertEquals("", router.errors());
    }

    private void sendFirstFrame() {
        router.send(Frames.frame(name.streamId(), 1, 0));
        while (router.router.streams().find(NAME) == null) {
            Thread.onSpinWait();
        }
    }

    private void awaitListeners(int count) {
        while (router.router.streams().statuses().get(0).listeners() != count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldSendTheFormatAndThenEachFrameByteForByte() throws Exception {
        sendFirstFrame();
        try (WebSocketListener listener = new WebSocketListener(router.http.port(), "/ws/streams/" + NAME)) {
            assertEquals(
                    "{\"stream\":\"" + NAME
                            + "\",\"sampleRate\":48000,\"channels\":2,\"format\":\"s16le\",\"frameMillis\":20}",
                    listener.text());
            awaitListeners(1);
            for (long sequence = 1; sequence <= 50; sequence++) {
                router.send(Frames.frame(name.streamId(), 1, sequence));
            }

            for (long sequence = 1; sequence <= 50; sequence++) {
                ByteBuffer expected = ByteBuffer.allocate(16 + 3_840).order(ByteOrder.LITTLE_ENDIAN);
                expected.putLong(sequence).putLong(sequence * 20_000_000L);
                expected.put(Frames.pcm(name.streamId(), 1, sequence));
                assertArrayEquals(expected.array(), listener.message());
            }
        }
    }

    @Test
    void shouldSendTheSameBytesToAllListeners() throws Exception {
        sendFirstFrame();
        try (WebSocketListener one = new WebSocketListener(router.http.port(), "/ws/streams/" + NAME);
                WebSocketListener two = new WebSocketListener(router.http.port(), "/ws/streams/" + NAME)) {
            awaitListeners(2);
            router.send(Frames.frame(name.streamId(), 1, 1));

            assertArrayEquals(one.message(), two.message());
        }
    }

    @Test
    void shouldStateTheFrameDurationWhenFramesAreShort() throws Exception {
        Frame shortFrame = Frames.frame(name.streamId(), 1, 0);
        router.send(shortFrame.samplesPerChannel(240).seal());
        while (router.router.streams().find(NAME) == null) {
            Thread.onSpinWait();
        }
        try (WebSocketListener listener = new WebSocketListener(router.http.port(), "/ws/streams/" + NAME)) {
            assertEquals(
                    "{\"stream\":\"" + NAME
                            + "\",\"sampleRate\":48000,\"channels\":2,\"format\":\"s16le\",\"frameMillis\":5}",
                    listener.text());
        }
    }

    @Test
    void shouldAnswerNotFoundWhenThereIsNoSuchStream() {
        assertEquals(404, refusalStatus("/ws/streams/acme/lab/desk/nobody"));
    }

    @Test
    void shouldRefuseAPageFromElsewhere() {
        sendFirstFrame();

        assertEquals(403, refusalStatus("/ws/streams/" + NAME, "Origin", "http://evil.example"));
    }

    @Test
    void shouldAcceptItsOwnPage() throws Exception {
        sendFirstFrame();
        String origin = "http://127.0.0.1:" + router.http.port();
        try (WebSocketListener listener =
                new WebSocketListener(router.http.port(), "/ws/streams/" + NAME, "Origin", origin)) {
            assertEquals('{', listener.text().charAt(0));
        }
    }

    @Test
    void shouldDropAndCountForAListenerThatDoesNotReadAndServeTheOther() throws Exception {
        sendFirstFrame();
        try (Socket deaf = new Socket();
                WebSocketListener listener = new WebSocketListener(router.http.port(), "/ws/streams/" + NAME)) {
            deaf.setReceiveBufferSize(4_096);
            deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), router.http.port()));
            String handshake = "GET /ws/streams/" + NAME + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            deaf.getOutputStream().write(handshake.getBytes(StandardCharsets.US_ASCII));
            awaitListeners(2);

            long sequence = 0;
            while (router.router.streams().statuses().get(0).listenerDrops() == 0) {
                sequence++;
                router.send(Frames.frame(name.streamId(), 1, sequence));
                assertEquals(
                        sequence,
                        ByteBuffer.wrap(listener.message())
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getLong());
                assertTrue(sequence < 20_000, "no frame was ever dropped");
            }
        }
    }

    private int refusalStatus(String path, String... headers) {
        CompletionException refused =
                assertThrows(CompletionException.class, () -> new WebSocketListener(router.http.port(), path, headers));
        return assertInstanceOf(WebSocketHandshakeException.class, refused.getCause())
                .getResponse()
                .statusCode();
    }
}
