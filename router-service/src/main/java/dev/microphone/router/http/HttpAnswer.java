package dev.microphone.router.http;

import java.util.Set;

/**
 * What an endpoint answers.
 *
 * @param contentType media type with its charset, which is UTF-8
 * @param allow the methods that would have been allowed; empty but for status 405
 */
public record HttpAnswer(int status, String contentType, String body, String allow) {
    private static final String JSON = "application/json; charset=utf-8";

    public HttpAnswer(int status, String contentType, String body) {
        this(status, contentType, body, "");
    }

    public static HttpAnswer json(int status, String json) {
        return new HttpAnswer(status, JSON, json);
    }

    /** {@code {"error": message}}. */
    public static HttpAnswer error(int status, String message) {
        return json(status, Json.write(json -> {
            json.writeStartObject();
            json.writeStringField("error", message);
            json.writeEndObject();
        }));
    }

    static HttpAnswer notAllowed(String method, Set<String> allowed) {
        String error = method + " is not allowed here: " + String.join(" and ", allowed)
                + (allowed.size() == 1 ? " is" : " are");
        return new HttpAnswer(405, JSON, error(405, error).body(), String.join(", ", allowed));
    }

    public static HttpAnswer text(String text) {
        return new HttpAnswer(200, "text/plain; charset=utf-8", text);
    }
}
