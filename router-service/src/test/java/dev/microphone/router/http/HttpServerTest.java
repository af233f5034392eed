package dev.microphone.router.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
    private final HttpRoutes routes = new HttpRoutes();
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private Health ready = Health.OK;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        OperationsEndpoints.register(routes, () -> Health.OK, () -> ready, () -> "microphone_up 1\n");
        ListenerPage.register(routes);
        server = HttpServer.start("127.0.0.1", 0, routes, errors::add);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> call(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** As bytes on the wire: a proper client would not send some of these. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldServeThePageWithItsFilesAndNothingFromElsewhere() throws Exception {
        HttpResponse<String> page = call("GET", "/");

        assertEquals(200, page.statusCode());
        assertEquals(
                "text/html; charset=utf-8",
                page.headers().firstValue("content-type").orElseThrow());
        assertTrue(page.body().startsWith("<!doctype html>"));
        for (String file : List.of("/main.js", "/page.css", "/icon.svg", "/playout-worklet.js")) {
            assertEquals(200, call("GET", file).statusCode(), file);
        }
        String policy = page.headers().firstValue("content-security-policy").orElseThrow();
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; "), policy);
        assertEquals(
                "nosniff", page.headers().firstValue("x-content-type-options").orElseThrow());
    }

    @Test
    void shouldAnswerLiveReadyAndMetrics() throws Exception {
        assertEquals(
                "{\"status\":\"ok\",\"reasons\":[]}",
                call("GET", "/health/live").body());
        assertEquals(200, call("GET", "/health/ready").statusCode());
        assertEquals("microphone_up 1\n", call("GET", "/metrics").body());
    }

    @Test
    void shouldAnswerUnavailableWithTheReasonsWhenNotReady() throws Exception {
        ready = new Health(List.of("sink wav:\"x\" is full"));

        HttpResponse<String> answer = call("GET", "/health/ready");

        assertEquals(503, answer.statusCode());
        assertEquals("{\"status\":\"failing\",\"reasons\":[\"sink wav:\\\"x\\\" is full\"]}", answer.body());
    }

    @Test
    void shouldSendTheHeadersOnlyWhenAskedByHead() throws Exception {
        HttpResponse<String> answer = call("HEAD", "/metrics");

        assertEquals(200, answer.statusCode());
        assertEquals("16", answer.headers().firstValue("content-length").orElseThrow());
        assertEquals("", answer.body());
    }

    @Test
    void shouldSayWhichMethodsAreAllowedWhenAnotherIsUsed() throws Exception {
        HttpResponse<String> answer = call("DELETE", "/metrics");

        assertEquals(405, answer.statusCode());
        assertEquals("GET, HEAD", answer.headers().firstValue("allow").orElseThrow());
        assertEquals("{\"error\":\"DELETE is not allowed here: GET and HEAD are\"}", answer.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/../pom.xml",
                "/..%2f..%2fetc%2fpasswd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "//etc/passwd",
                "/page.css/",
                "/index.html%00.js"
            })
    void shouldAnswerNotFoundWhenThePathIsNotInTheList(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
    }

    @Test
    void shouldRefuseAPageWhoseNameWasReboundToLoopback() throws Exception {
        String answer = raw("GET / HTTP/1.1\r\nHost: evil.example:8700\r\nConnection: close\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1:8700", "[::1]:8700", "[::1]"})
    void shouldAnswerToItsOwnNames(String host) throws Exception {
        String answer = raw("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }

    @Test
    void shouldAnswerBadRequestWhenItIsNotHttp() throws Exception {
        assertTrue(raw("\u0000\u0001 nonsense\r\n\r\n").startsWith("HTTP/1.1 400 "));
    }

    @Test
    void shouldAnswerBadRequestWhenThePathIsNotEncodedProperly() throws Exception {
        String answer = raw("GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    }

    @Test
    void shouldRefuseALongRequest() throws Exception {
        String answer =
                raw("POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    }

    @Test
    void shouldAnswerServerErrorAndReportItWhenAnEndpointThrows() throws Exception {
        routes.get("/broken", () -> {
            throw new IllegalStateException("a bug");
        });

        assertEquals(500, call("GET", "/broken").statusCode());
        assertEquals(1, errors.size());
        assertEquals(200, call("GET", "/metrics").statusCode());
    }

    @Test
    void shouldNameThePortAndTheWayOutWhenItIsInUse() {
        IOException refused = assertThrows(
                IOException.class, () -> HttpServer.start("127.0.0.1", server.port(), routes, errors::add));

        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith("port " + server.port() + " on 127.0.0.1 is in use: "), message);
        assertTrue(message.endsWith("choose another with --port, or 0 for any"), message);
    }

    @Test
    void shouldTakeAPathOnce() {
        assertThrows(IllegalStateException.class, () -> routes.get("/metrics", () -> HttpAnswer.text("")));
    }
}
