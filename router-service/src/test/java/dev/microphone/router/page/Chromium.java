package dev.microphone.router.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.microphone.router.http.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium, driven over the DevTools protocol: nothing but the browser has to be installed.
 *
 * @see <a href="https://chromedevtools.github.io/devtools-protocol/">Chrome DevTools Protocol</a>
 */
final class Chromium implements AutoCloseable {
    static final Path EXECUTABLE = Path.of("/usr/bin/chromium");
    private static final long TIMEOUT_SECONDS = 30;
    private static final JsonFactory JSON = new JsonFactory();

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<Map<String, Object>>> awaited = new ConcurrentHashMap<>();
    private int lastId;

    Chromium() throws Exception {
        profile = Files.createTempDirectory("chromium");
        process = new ProcessBuilder(
                        EXECUTABLE.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--autoplay-policy=no-user-gesture-required",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .start();
        HttpClient client = HttpClient.newHttpClient();
        URI list = URI.create("http://" + debuggerAuthority() + "/json/list");
        Map<String, Object> page = firstPage(client, list);
        socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(String.valueOf(page.get("webSocketDebuggerUrl"))), new Messages())
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        call("Page.enable", Map.of());
        call("Runtime.enable", Map.of());
    }

    private String debuggerAuthority() throws IOException {
        BufferedReader output = process.inputReader();
        List<String> lines = new ArrayList<>();
        String line = output.readLine();
        while (line != null) {
            lines.add(line);
            String prefix = "DevTools listening on ws://";
            if (line.startsWith(prefix)) {
                // What else the browser prints must not fill the pipe.
                Thread drain = new Thread(() -> output.lines().forEach(ignored -> {}), "chromium output");
                drain.setDaemon(true);
                drain.start();
                return line.substring(prefix.length(), line.indexOf('/', prefix.length()));
            }
            line = output.readLine();
        }
        throw new IOException("chromium did not start: " + lines);
    }

    private static Map<String, Object> firstPage(HttpClient client, URI list) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (System.nanoTime() < deadline) {
            String body = client.send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            if (parse(body) instanceof List<?> targets) {
                for (Object target : targets) {
                    Map<String, Object> fields = object(target);
                    if ("page".equals(fields.get("type"))) {
                        return fields;
                    }
                }
            }
        }
        throw new IOException("chromium opened no page");
    }

    /** Calls one method and waits for its result. */
    Map<String, Object> call(String method, Map<String, ?> parameters) throws Exception {
        int id = ++lastId;
        CompletableFuture<Map<String, Object>> reply = new CompletableFuture<>();
        awaited.put(id, reply);
        String message = Json.write(json -> {
            json.writeStartObject();
            json.writeNumberField("id", id);
            json.writeStringField("method", method);
            json.writeObjectFieldStart("params");
            for (Map.Entry<String, ?> parameter : parameters.entrySet()) {
                json.writeFieldName(parameter.getKey());
                write(json, parameter.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        });
        socket.sendText(message, true).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        Map<String, Object> answer = reply.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (answer.containsKey("error")) {
            throw new IOException(method + ": " + answer.get("error"));
        }
        return object(answer.get("result"));
    }

    /** A script that every page runs before its own. */
    void beforePages(String script) throws Exception {
        call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    void open(String url, int width, int height, boolean isDark) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        String scheme = isDark ? "dark" : "light";
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        call("Page.navigate", Map.of("url", url));
        await("document.readyState === 'complete' && window.microphoneStats");
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        switch (value) {
            case Map<?, ?> fields -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> field : fields.entrySet()) {
                    json.writeFieldName(String.valueOf(field.getKey()));
                    write(json, field.getValue());
                }
                json.writeEndObject();
            }
            case List<?> values -> {
                json.writeStartArray();
                for (Object element : values) {
                    write(json, element);
                }
                json.writeEndArray();
            }
            case Integer number -> json.writeNumber(number);
            case Boolean truth -> json.writeBoolean(truth);
            default -> json.writeString(String.valueOf(value));
        }
    }

    /** The value of a JavaScript expression: a string, number, boolean, or null. */
    @Nullable
    Object evaluate(String expression) throws Exception {
        Map<String, Object> result = evaluateRaw(expression);
        if (result.containsKey("exceptionDetails")) {
            throw new IOException(expression + ": " + result.get("exceptionDetails"));
        }
        return object(result.get("result")).get("value");
    }

    private Map<String, Object> evaluateRaw(String expression) throws Exception {
        return call(
                "Runtime.evaluate",
                Map.of("expression", expression, "returnByValue", true, "awaitPromise", true, "userGesture", true));
    }

    /** Waits until the expression is true. */
    void await(String condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!Boolean.TRUE.equals(evaluate("Boolean(" + condition + ")"))) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not true in time: " + condition + "; stats "
                        + evaluate("JSON.stringify(window.microphoneStats)"));
            }
        }
    }

    void screenshot(Path file) throws Exception {
        Map<String, Object> result = call("Page.captureScreenshot", Map.of("format", "png"));
        Files.write(file, Base64.getDecoder().decode(String.valueOf(result.get("data"))));
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        process.onExit().join();
        children.forEach(child -> child.onExit().join());
        Files.walkFileTree(profile, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
            text.append(data);
            if (isLast) {
                Map<String, Object> message = object(parse(text.toString()));
                text.setLength(0);
                if (message.get("id") instanceof Integer id) {
                    CompletableFuture<Map<String, Object>> reply = awaited.remove(id);
                    if (reply != null) {
                        reply.complete(message);
                    }
                }
            }
            from.request(1);
            return null;
        }
    }

    private static @Nullable Object parse(String json) {
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            return value(parser);
        } catch (IOException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(parser);
            case START_ARRAY -> elements(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static Map<String, Object> fields(JsonParser parser) throws IOException {
        Map<String, Object> fields = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value(parser);
            if (value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }

    private static List<Object> elements(JsonParser parser) throws IOException {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Object value = value(parser);
            if (value != null) {
                elements.add(value);
            }
        }
        return elements;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(@Nullable Object value) {
        return value instanceof Map ? (Map<String, Object>) value : Map.of();
    }
}
