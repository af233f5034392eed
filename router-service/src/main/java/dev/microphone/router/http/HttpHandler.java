package dev.microphone.router.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers the requests of one connection. Runs on the connection's network thread. */
// A write or close that fails ends in the channel\'s closing, which its close future tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** Listeners have nothing to say; a ping carries at most 125 bytes. */
    private static final int MAX_CLIENT_MESSAGE_LENGTH = 1024;

    private final HttpRoutes routes;
    private final Consumer<Throwable> errors;
    /** An action has not answered yet. */
    private boolean isActing;
    /** The client did not wait for that answer: what it asked meanwhile was dropped, and it shall know. */
    private boolean hasDropped;

    HttpHandler(HttpRoutes routes, Consumer<Throwable> errors) {
        this.routes = routes;
        this.errors = errors;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (isActing) {
            hasDropped = true;
            return;
        }
        if (request.decoderResult().isFailure()) {
            answer(context, request, HttpAnswer.error(400, "not an HTTP request"));
            return;
        }
        String path = decodedPath(request.uri());
        if (path == null) {
            answer(context, request, HttpAnswer.error(400, "the path is not valid URL encoding"));
            return;
        }
        HttpRoutes.WebSocketMatch webSocket = routes.webSocket(path);
        HttpRoutes.ActionMatch action = routes.action(request.method().name(), path);
        if (webSocket != null) {
            upgrade(context, request, webSocket);
        } else if (action != null) {
            act(context, request, action);
        } else {
            answer(context, request, answerTo(request, path));
        }
    }

    private void act(ChannelHandlerContext context, FullHttpRequest request, HttpRoutes.ActionMatch match) {
        isActing = true;
        CompletableFuture<HttpAnswer> acted;
        try {
            acted = match.action().act(new HttpCall(match.name(), request));
        } catch (RuntimeException e) {
            acted = CompletableFuture.failedFuture(e);
        }
        acted.exceptionally(this::serverError)
                .thenAcceptAsync(
                        answer -> {
                            isActing = false;
                            answer(context, request, answer);
                        },
                        context.executor());
    }

    private HttpAnswer serverError(Throwable error) {
        errors.accept(error);
        return HttpAnswer.error(500, "the answer could not be made; the server's error log says why");
    }

    static @Nullable String decodedPath(String uri) {
        try {
            return new QueryStringDecoder(uri).path();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private HttpAnswer answerTo(FullHttpRequest request, String path) {
        HttpEndpoint endpoint = routes.endpoint(path);
        if (endpoint == null || !isRead(request)) {
            Set<String> methods = routes.methods(path);
            return methods.isEmpty()
                    ? HttpAnswer.error(404, "there is nothing at " + path)
                    : HttpAnswer.notAllowed(request.method().name(), methods);
        }
        try {
            return endpoint.get();
        } catch (RuntimeException e) {
            return serverError(e);
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
        context.pipeline().remove(HttpGate.class);
        context.pipeline().replace(this, "listener", new WebSocketClientHandler(handshaker, errors));
        handshaker.handshake(channel, request).addListener(done -> {
            if (done.isSuccess()) {
                match.endpoint().onOpen(channel, match.name());
            } else {
                channel.close();
            }
        });
    }

    private void answer(ChannelHandlerContext context, FullHttpRequest request, HttpAnswer answer) {
        boolean keepAlive =
                HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess() && !hasDropped;
        var written = HttpAnswers.write(context, answer, request.method().equals(HttpMethod.HEAD), keepAlive);
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
        if (event instanceof IdleStateEvent && !isActing) {
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
