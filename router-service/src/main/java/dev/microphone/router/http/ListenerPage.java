package dev.microphone.router.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The listener page: files from the class path, read once. Only what stands in the list is served, so no path leads
 * anywhere else.
 */
public final class ListenerPage {
    private static final String FOLDER = "/dev/microphone/router/page/";
    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry("index.html", "text/html; charset=utf-8"),
            Map.entry("page.css", "text/css; charset=utf-8"),
            Map.entry("icon.svg", "image/svg+xml"),
            Map.entry("main.js", "text/javascript; charset=utf-8"),
            Map.entry("connection.js", "text/javascript; charset=utf-8"),
            Map.entry("player.js", "text/javascript; charset=utf-8"),
            Map.entry("playout-worklet.js", "text/javascript; charset=utf-8"),
            Map.entry("fft.js", "text/javascript; charset=utf-8"),
            Map.entry("spectrogram.js", "text/javascript; charset=utf-8"),
            Map.entry("meter.js", "text/javascript; charset=utf-8"),
            Map.entry("streams.js", "text/javascript; charset=utf-8"));

    private ListenerPage() {}

    /** Puts the page at {@code /} and its files beside it. */
    public static void register(HttpRoutes routes) {
        FILES.forEach((name, contentType) -> {
            HttpAnswer answer = new HttpAnswer(200, contentType, read(FOLDER + name));
            routes.get("/" + name, () -> answer);
            if (name.equals("index.html")) {
                routes.get("/", () -> answer);
            }
        });
    }

    private static String read(String resource) {
        try (InputStream in = ListenerPage.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + resource, e);
        }
    }
}
