package dev.microphone.router.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers the requests of one connection. Runs on the connection's network thread. */
// A write or close that fails ends in the channel\'s closing, which its close future tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** Listeners have nothing to say; a ping carries at most 125 bytes. */
    private static final int MAX_CLIENT_MESSAGE_LENGTH = 1024;

    /** Everything comes from this server, and nothing may embed it. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " connect-src 'self'; img-src 'self' data:; worker-src 'self'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'";

    private final HttpRoutes routes;
    private final boolean isOnLoopback;
    private final Consumer<Throwable> errors;

    /** @param isOnLoopback whether only this machine reaches the server */
    HttpHandler(HttpRoutes routes, boolean isOnLoopback, Consumer<Throwable> errors) {
        this.routes = routes;
        this.isOnLoopback = isOnLoopback;
        this.errors = errors;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            answer(context, request, HttpAnswer.error(400, "not an HTTP request"));
            return;
        }
        String host = request.headers().get(HttpHeaderNames.HOST);
        if (!SameOrigin.isExpectedHost(host, isOnLoopback)) {
            answer(
                    context,
                    request,
                    HttpAnswer.error(
                            403,
                            "host '" + host + "': this server answers to "
                                    + (isOnLoopback ? "localhost" : "its address or this machine's name")));
            return;
        }
        String path = decodedPath(request.uri());
        if (path == null) {
            answer(context, request, HttpAnswer.error(400, "the path is not valid URL encoding"));
            return;
        }
        HttpRoutes.WebSocketMatch webSocket = routes.webSocket(path);
        if (webSocket != null) {
            upgrade(context, request, webSocket);
        } else {
            answer(context, request, answerTo(request, path));
        }
    }

    private static @Nullable String decodedPath(String uri) {
        try {
            return new QueryStringDecoder(uri).path();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private HttpAnswer answerTo(FullHttpRequest request, String path) {
        HttpEndpoint endpoint = routes.endpoint(path);
        if (endpoint == null) {
            return HttpAnswer.error(404, "there is nothing at " + path);
        }
        if (!isRead(request)) {
            return HttpAnswer.error(405, request.method() + " is not allowed here: GET and HEAD are");
        }
        try {
            return endpoint.get();
        } catch (RuntimeException e) {
            errors.accept(e);
            return HttpAnswer.error(500, "the answer could not be made; the server's error log says why");
        }
    }

    private static boolean isRead(FullHttpRequest request) {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }

    private void upgrade(ChannelHandlerContext context, FullHttpRequest request, HttpRoutes.WebSocketMatch match) {
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (!SameOrigin.isAllowed(origin, request.headers().get(HttpHeaderNames.HOST))) {
            answer(context, request, HttpAnswer.error(403, "origin '" + origin + "' is not this server's"));
            return;
        }
        HttpAnswer refusal = match.endpoint().refusal(match.name());
        if (refusal != null) {
            answer(context, request, refusal);
            return;
        }
        if (!request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            answer(context, request, HttpAnswer.error(426, "this is a WebSocket endpoint"));
            return;
        }
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(
                        request.uri(), null, false, MAX_CLIENT_MESSAGE_LENGTH)
                .newHandshaker(request);
        Channel channel = context.channel();
        if (handshaker == null) {
            WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(channel);
            return;
        }
        context.pipeline().replace(this, "listener", new WebSocketClientHandler(handshaker, errors));
        handshaker.handshake(channel, request).addListener(done -> {
            if (done.isSuccess()) {
                match.endpoint().onOpen(channel, match.name());
            } else {
                channel.close();
            }
        });
    }

    private static void answer(ChannelHandlerContext context, FullHttpRequest request, HttpAnswer answer) {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        boolean isHead = request.method().equals(HttpMethod.HEAD);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        var headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        headers.setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        if (answer.status() == 405) {
            headers.set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        if (answer.status() == 426) {
            headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        }
        boolean keepAlive =
                HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
        HttpUtil.setKeepAlive(response, keepAlive);
        var written = context.writeAndFlush(response);
        if (!context.channel().isWritable()) {
            // A client that asks and does not read gets nothing more until it has read.
            context.channel().config().setAutoRead(false);
        }
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(context.channel().isWritable());
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A client that goes away in the middle is no error of ours.
        if (!(cause instanceof java.io.IOException)) {
            errors.accept(cause);
        }
        context.close();
    }
}
