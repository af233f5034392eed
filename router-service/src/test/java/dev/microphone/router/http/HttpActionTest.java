package dev.microphone.router.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What changes something over HTTP, and who may. */
class HttpActionTest {
    private static final int LONG = 100_000;

    private final HttpRoutes routes = new HttpRoutes();
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final Queue<String> acted = new ConcurrentLinkedQueue<>();
    private @Nullable HttpServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private int start(String host, @Nullable String token) throws IOException {
        routes.action("PUT", "/api/plugins/*", LONG, call -> act("put", call));
        routes.action("POST", "/api/plugins/*/resume", 0, call -> act("resume", call));
        routes.get("/api/plugins", () -> HttpAnswer.text("all"));
        HttpServer started = HttpServer.start(host, 0, token, routes, errors::add);
        server = started;
        return started.port();
    }

    private CompletableFuture<HttpAnswer> act(String what, HttpCall call) {
        acted.add(what + " " + call.name() + " " + call.body().length);
        return CompletableFuture.completedFuture(HttpAnswer.text("done"));
    }

    /** All bytes that come back until the server closes. */
    private static String send(int port, String head, byte[] body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(body);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String head(String methodAndPath, int bodyLength, String... headers) {
        return methodAndPath + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + bodyLength
                + "\r\n" + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
    }

    private static String request(int port, String methodAndPath, int bodyLength, String... headers)
            throws IOException {
        return send(port, head(methodAndPath, bodyLength, headers), new byte[bodyLength]);
    }

    private static void assertStatus(int expected, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + expected + " "), answer);
    }

    @Test
    void shouldActWithTheNameAndTheBody() throws IOException {
        int port = start("127.0.0.1", null);

        assertStatus(200, request(port, "PUT /api/plugins/gain", LONG));
        assertStatus(200, request(port, "POST /api/plugins/a%2Fb.wasm/resume", 0));
        assertStatus(200, request(port, "PUT /api/plugins/dir/b.wasm", 3));
        assertEquals(List.of("put gain 100000", "resume a/b.wasm 0", "put dir/b.wasm 3"), List.copyOf(acted));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /api/plugins/gain | 405 | PUT",
                "POST /api/plugins | 405 | GET, HEAD",
                "GET /api/plugins/gain/resume | 405 | POST, PUT",
                "PUT /api/nothing | 404 | ",
                "PUT /api/plugins/ | 404 | ",
            })
    void shouldSayWhichMethodsThereAre(String methodAndPath, int status, @Nullable String allowed) throws IOException {
        String answer = request(start("127.0.0.1", null), methodAndPath, 0);

        assertStatus(status, answer);
        assertEquals(allowed != null, answer.contains("allow: " + allowed), answer);
    }

    @Test
    void shouldRefuseALongerBodyThanTheRouteAllowsHoweverItIsSent() throws IOException {
        int port = start("127.0.0.1", null);

        assertStatus(413, request(port, "PUT /api/plugins/gain", LONG + 1));
        assertStatus(413, request(port, "POST /api/plugins/gain/resume", 1));
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        String head = "PUT /api/plugins/gain HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertStatus(413, send(port, head, (chunk + chunk + "0\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
        assertEquals(List.of(), List.copyOf(acted));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://evil.example",
                "Origin: null",
                "Origin: http://localhost:1",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
            })
    void shouldRefuseChangesFromPagesOfOtherOrigins(String header) throws IOException {
        int port = start("127.0.0.1", null);

        assertStatus(403, request(port, "POST /api/plugins/gain/resume", 0, header));
        assertStatus(403, request(port, "PUT /api/plugins/gain", 10, header));
        assertEquals(List.of(), List.copyOf(acted));
    }

    @Test
    void shouldRefuseChangesFromAPageWhoseNameWasReboundToLoopback() throws IOException {
        String head = String.join(
                "\r\n",
                "POST /api/plugins/gain/resume HTTP/1.1",
                "Host: evil.example:8700",
                "Origin: http://evil.example:8700",
                "Content-Length: 0",
                "",
                "");

        assertStatus(403, send(start("127.0.0.1", null), head, new byte[0]));
        assertEquals(List.of(), List.copyOf(acted));
    }

    @Test
    void shouldAllowChangesFromItsOwnPages() throws IOException {
        int port = start("127.0.0.1", null);

        assertStatus(
                200,
                request(
                        port,
                        "POST /api/plugins/gain/resume",
                        0,
                        "Origin: http://localhost",
                        "Sec-Fetch-Site: same-origin"));
    }

    @Test
    void shouldRefuseChangesOverTheNetworkWithoutAToken() throws IOException {
        int port = start("0.0.0.0", null);

        String answer = request(port, "POST /api/plugins/gain/resume", 0);

        assertStatus(403, answer);
        assertTrue(answer.contains("token-file"), answer);
        assertStatus(200, request(port, "GET /api/plugins", 0));
        assertEquals(List.of(), List.copyOf(acted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
    void shouldDemandTheTokenWhereverThereIsOne(String host) throws IOException {
        int port = start(host, "a-secret-of-some-length");
        String path = "POST /api/plugins/gain/resume";

        assertStatus(401, request(port, path, 0));
        assertStatus(401, request(port, path, 0, "Authorization: Bearer a-secret-of-some-lengtH"));
        assertStatus(401, request(port, path, 0, "Authorization: a-secret-of-some-length"));
        assertStatus(
                403,
                request(port, path, 0, "Authorization: Bearer a-secret-of-some-length", "Origin: http://evil.example"));
        assertStatus(200, request(port, path, 0, "Authorization: Bearer a-secret-of-some-length"));
        assertEquals(List.of("resume gain 0"), List.copyOf(acted));
    }

    @Test
    void shouldTakeSomeUploadsAtOnceAndAskOthersToComeAgain() throws IOException {
        List<Socket> uploading = new ArrayList<>();
        int port = start("127.0.0.1", null);
        try {
            for (int i = 0; i < 4; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                uploading.add(socket);
                String head = "PUT /api/plugins/gain HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                        + "Content-Length: " + LONG + "\r\n\r\n";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
                // The server is willing: it counts as an upload from here on.
                assertEquals("HTTP/1.1 100 Continue", line(socket.getInputStream()));
            }
            assertStatus(503, request(port, "PUT /api/plugins/gain", LONG));

            uploading.get(0).getOutputStream().write(new byte[LONG]);
            line(uploading.get(0).getInputStream());
            assertEquals("HTTP/1.1 200 OK", line(uploading.get(0).getInputStream()));
            assertStatus(200, request(port, "PUT /api/plugins/gain", LONG));
        } finally {
            for (Socket socket : uploading) {
                socket.close();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        while (next >= 0 && next != '\n') {
            if (next != '\r') {
                line.append((char) next);
            }
            next = in.read();
        }
        return line.toString();
    }

    @Test
    void shouldAnswerServerErrorWhenAnActionThrowsOrFails() throws IOException {
        int port = start("127.0.0.1", null);
        routes.action("POST", "/throws/*", 0, call -> {
            throw new IllegalStateException("a bug");
        });
        routes.action(
                "POST", "/fails/*", 0, call -> CompletableFuture.failedFuture(new IllegalStateException("a bug")));

        assertStatus(500, request(port, "POST /throws/x", 0));
        assertStatus(500, request(port, "POST /fails/x", 0));
        assertEquals(2, errors.size());
    }

    @Test
    void shouldCloseBehindTheAnswerWhenAClientDidNotWaitForIt() throws IOException {
        int port = start("127.0.0.1", null);
        CompletableFuture<HttpAnswer> later = new CompletableFuture<>();
        routes.action("POST", "/slow/*", 0, call -> later);
        String request = "POST /slow/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((request + request).getBytes(StandardCharsets.ISO_8859_1));
            later.complete(HttpAnswer.text("slow"));

            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertEquals(2, answers.split("HTTP/1.1 200 ", -1).length, "one answer: " + answers);
            assertTrue(answers.contains("connection: close"), answers);
        }
    }

    @Test
    void shouldReadOneTextOfAnObjectAndNothingElse() {
        assertEquals("a,b", Json.readText("{\"chain\": \"a,b\"}".getBytes(StandardCharsets.UTF_8), "chain"));
        for (String wrong : List.of(
                "",
                "[]",
                "{}",
                "{\"chain\":1}",
                "{\"chian\":\"a\"}",
                "{\"chain\":\"a\",\"b\":1}",
                "\"a\"",
                "{\"chain\":\"a\"} x")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Json.readText(wrong.getBytes(StandardCharsets.UTF_8), "chain"),
                    wrong);
        }
    }
}
