package dev.microphone.router.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for what. Everything is refused to names that are not this server's ({@link SameOrigin}). Who changes
 * something must, besides:
 *
 * <ul>
 *   <li>be no page of another origin: browsers say so in Origin and Sec-Fetch-Site, and a page cannot leave them out;
 *   <li>know the token where there is one. Without one, changes are for this machine only: on any other address than
 *       loopback they are refused.
 * </ul>
 *
 * Any thread.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</a>
 */
final class HttpAccess {
    private static final String BEARER = "Bearer ";

    private final boolean isOnLoopback;
    private final @Nullable String token;

    /** @param isOnLoopback whether only this machine reaches the server */
    HttpAccess(boolean isOnLoopback, @Nullable String token) {
        this.isOnLoopback = isOnLoopback;
        this.token = token;
    }

    /** @return why the request gets no answer, or null when it may */
    @Nullable
    HttpAnswer refusal(HttpHeaders headers) {
        String host = headers.get(HttpHeaderNames.HOST);
        return SameOrigin.isExpectedHost(host, isOnLoopback)
                ? null
                : HttpAnswer.error(
                        403,
                        "host '" + host + "': this server answers to "
                                + (isOnLoopback ? "localhost" : "its address or this machine's name"));
    }

    /** @return why a request that may be answered must not change anything, or null when it may */
    @Nullable
    HttpAnswer refusalOfChange(HttpHeaders headers) {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (!SameOrigin.isAllowed(origin, headers.get(HttpHeaderNames.HOST))) {
            return HttpAnswer.error(403, "origin '" + origin + "' is not this server's");
        }
        String site = headers.get("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return HttpAnswer.error(403, "a page of another site must not change anything here");
        }
        if (token != null) {
            return hasToken(headers)
                    ? null
                    : HttpAnswer.error(
                            401,
                            "changes need the header 'Authorization: Bearer TOKEN' with the token of"
                                    + " this server's token file");
        }
        return isOnLoopback
                ? null
                : HttpAnswer.error(
                        403,
                        "changes over the network need a token: name a file that holds one as"
                                + " token-file in [http]");
    }

    private boolean hasToken(HttpHeaders headers) {
        String given = headers.get(HttpHeaderNames.AUTHORIZATION);
        // Compared in constant time.
        return given != null && MessageDigest.isEqual(bytes(given), bytes(BEARER + token));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
