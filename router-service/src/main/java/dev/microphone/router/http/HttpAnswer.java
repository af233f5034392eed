package dev.microphone.router.http;

/**
 * What an endpoint answers.
 *
 * @param contentType media type with its charset, which is UTF-8
 */
public record HttpAnswer(int status, String contentType, String body) {
    private static final String JSON = "application/json; charset=utf-8";

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

    public static HttpAnswer text(String text) {
        return new HttpAnswer(200, "text/plain; charset=utf-8", text);
    }
}
