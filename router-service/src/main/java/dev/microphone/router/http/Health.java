package dev.microphone.router.http;

import java.util.List;

/**
 * Whether a service is well.
 *
 * @param reasons a line each for what is wrong; empty: all is well
 */
public record Health(List<String> reasons) {
    public static final Health OK = new Health(List.of());

    public boolean isOk() {
        return reasons.isEmpty();
    }

    /** 200, or 503 with the reasons. */
    public HttpAnswer toAnswer() {
        return HttpAnswer.json(isOk() ? 200 : 503, Json.write(json -> {
            json.writeStartObject();
            json.writeStringField("status", isOk() ? "ok" : "failing");
            json.writeArrayFieldStart("reasons");
            for (String reason : reasons) {
                json.writeString(reason);
            }
            json.writeEndArray();
            json.writeEndObject();
        }));
    }
}
