package dev.microphone.router.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import org.jspecify.annotations.Nullable;

/** What a client asks an {@link HttpAction} for. Any thread. */
public final class HttpCall {
    private final String name;
    private final FullHttpRequest request;
    private final byte[] body;

    HttpCall(String name, FullHttpRequest request) {
        this.name = name;
        this.request = request;
        this.body = ByteBufUtil.getBytes(request.content());
    }

    /** What stood in the path at the pattern's star, decoded; may be anything. */
    public String name() {
        return name;
    }

    /** @return null when the client did not send it */
    @Nullable
    public String header(String header) {
        return request.headers().get(header);
    }

    /** The body, at most as long as the route allows. Not to be changed. */
    public byte[] body() {
        return body;
    }
}
