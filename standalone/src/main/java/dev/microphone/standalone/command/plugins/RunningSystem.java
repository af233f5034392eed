package dev.microphone.standalone.command.plugins;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.microphone.standalone.config.TokenFile;
import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that name a running system, and calls of its control API. */
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class RunningSystem {
    /** A module is compiled and warmed before the answer comes. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--url",
            defaultValue = "http://127.0.0.1:8700",
            paramLabel = "URL",
            description = "Of the running system; default ${DEFAULT-VALUE}.")
    private URI url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Holds the token, where the system demands one ([http] token-file).")
    private @Nullable String tokenFile;

    /** A name as one segment of a path. */
    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** @throws UserError when nobody answers, or the answer is no; with its reason */
    JsonNode call(String method, String path, byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(TIMEOUT)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() != 200) {
                throw UserError.failed(reason(answer));
            }
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw UserError.failed(url + " answers, but not as 'microphone run' does: is it another program?", e);
        } catch (ConnectException e) {
            throw UserError.failed("nothing answers at " + url + ": is 'microphone run' up, and its port this one?", e);
        }
    }

    /** What the answer says for itself, every finding on a line; or all of it, when it is in another form. */
    private String reason(HttpResponse<String> answer) {
        JsonNode body;
        try {
            body = JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            body = MissingNode.getInstance();
        }
        if (!body.has("error")) {
            return url + " answers with status " + answer.statusCode() + ": " + answer.body();
        }
        String error = body.path("error").asText();
        List<String> lines = new ArrayList<>(List.of(error));
        for (JsonNode finding : body.path("findings")) {
            String message = finding.path("message").asText();
            // The error itself says the first of them.
            if (!error.contains(message)) {
                lines.add("  " + finding.path("severity").asText() + ": " + message);
            }
        }
        return String.join(System.lineSeparator(), lines);
    }

    private Optional<String> token() {
        try {
            return tokenFile == null ? Optional.empty() : TokenFile.read(tokenFile);
        } catch (IllegalArgumentException e) {
            throw UserError.badUsage("--token-file: " + e.getMessage(), e);
        }
    }
}
