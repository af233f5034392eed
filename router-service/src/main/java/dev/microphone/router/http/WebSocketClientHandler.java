package dev.microphone.router.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.function.Consumer;

/** Keeps one WebSocket connection alive: answers pings, asks a silent client whether it is there, closes in order. */
// A write or close that fails ends in the channel's closing, which its close future tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class WebSocketClientHandler extends SimpleChannelInboundHandler<WebSocketFrame> {
    private final WebSocketServerHandshaker handshaker;
    private final Consumer<Throwable> errors;
    private boolean awaitsPong;

    WebSocketClientHandler(WebSocketServerHandshaker handshaker, Consumer<Throwable> errors) {
        this.handshaker = handshaker;
        this.errors = errors;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        awaitsPong = false;
        if (frame instanceof PingWebSocketFrame) {
            if (!context.channel().isWritable()) {
                // It asks and does not read: no answers are kept for it.
                return;
            }
            context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
        } else if (frame instanceof CloseWebSocketFrame close) {
            handshaker.close(context, close.retain());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof IdleStateEvent)) {
            return;
        }
        if (awaitsPong) {
            context.close();
        } else {
            awaitsPong = true;
            context.writeAndFlush(new PingWebSocketFrame());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException) && !(cause instanceof CorruptedFrameException)) {
            errors.accept(cause);
        }
        context.close();
    }
}
