package dev.microphone.router.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes JSON into a string, and reads the little that comes from outside. Any thread. */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Writes one value. */
    @FunctionalInterface
    public interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private Json() {}

    /**
     * Reads one text out of an object, such as {@code {"chain": "none"}}.
     *
     * @param json UTF-8
     * @throws IllegalArgumentException when it is not such an object, or has other fields; the message says what is
     *     allowed
     */
    public static String readText(byte[] json, String field) {
        String form = "a JSON object {\"" + field + "\": \"…\"}";
        try (JsonParser parser = FACTORY.createParser(json)) {
            boolean isField = parser.nextToken() == JsonToken.START_OBJECT
                    && parser.nextToken() == JsonToken.FIELD_NAME
                    && parser.currentName().equals(field)
                    && parser.nextToken() == JsonToken.VALUE_STRING;
            String text = isField ? parser.getText() : "";
            if (!isField || parser.nextToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw new IllegalArgumentException("the body is not " + form);
            }
            return text;
        } catch (IOException e) {
            throw new IllegalArgumentException("the body is not " + form, e);
        }
    }

    public static String write(Content content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            content.writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes everything", e);
        }
        return text.toString();
    }
}
