package dev.microphone.router.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what must not be answered, by its head, before a body is read, and bounds the bodies: each by its route, and
 * the long ones in number. Runs on the connection's network thread.
 */
// A write or close that fails ends in the channel's closing, which its close future tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpGate extends ChannelDuplexHandler {
    /** For requests that change nothing, and for those that need no more than a few words. */
    static final int SHORT_BODY_LENGTH = 8 * 1024;

    /** A client that goes on sending its body gets that long to read why it was refused. */
    private static final long LINGER_MS = 1_000;

    private final HttpRoutes routes;
    private final HttpAccess access;
    private final Semaphore longBodies;
    private int maxBodyLength;
    private long bodyLength;
    private boolean holdsPermit;
    /** The refusal on its way; the rest of the request is thrown away until the connection is closed. */
    private @Nullable ChannelFuture refused;

    /** @param longBodies permits for bodies of more than {@link #SHORT_BODY_LENGTH}, read or worked on at once */
    HttpGate(HttpRoutes routes, HttpAccess access, Semaphore longBodies) {
        this.routes = routes;
        this.access = access;
        this.longBodies = longBodies;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        HttpAnswer refusal = refused == null ? refusalOf(message) : null;
        if (refusal != null) {
            refused = HttpAnswers.write(context, refusal, false, false);
            context.executor().schedule(() -> context.close(), LINGER_MS, TimeUnit.MILLISECONDS);
        }
        if (refused == null) {
            context.fireChannelRead(message);
            return;
        }
        ReferenceCountUtil.release(message);
        if (message instanceof LastHttpContent) {
            refused.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private @Nullable HttpAnswer refusalOf(Object message) {
        HttpAnswer refusal = null;
        if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            refusal = refusalOfHead(request);
        }
        if (refusal == null && message instanceof HttpContent content) {
            bodyLength += content.content().readableBytes();
            refusal = bodyLength > maxBodyLength ? tooLong() : null;
            if (content instanceof LastHttpContent) {
                bodyLength = 0;
            }
        }
        return refusal;
    }

    private @Nullable HttpAnswer refusalOfHead(HttpRequest request) {
        HttpAnswer refusal = access.refusal(request.headers());
        String path = HttpHandler.decodedPath(request.uri());
        HttpRoutes.ActionMatch action =
                path == null ? null : routes.action(request.method().name(), path);
        if (refusal == null && action != null) {
            refusal = access.refusalOfChange(request.headers());
        }
        maxBodyLength = action == null ? SHORT_BODY_LENGTH : action.maxBodyLength();
        if (refusal != null) {
            return refusal;
        }
        long announced = HttpUtil.getContentLength(request, 0L);
        if (announced > maxBodyLength) {
            return tooLong();
        }
        boolean mayBeLong = announced > SHORT_BODY_LENGTH || HttpUtil.isTransferEncodingChunked(request);
        if (mayBeLong && maxBodyLength > SHORT_BODY_LENGTH && !holdsPermit) {
            holdsPermit = longBodies.tryAcquire();
            return holdsPermit ? null : HttpAnswer.error(503, "too many uploads at once: try again in a moment");
        }
        return null;
    }

    private HttpAnswer tooLong() {
        return HttpAnswer.error(413, "the body is longer than the " + maxBodyLength + " bytes allowed here");
    }

    /** The answer ends the work on a long body. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response && response.status().code() >= 200) {
            release();
        }
        context.write(message, promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        release();
    }

    private void release() {
        if (holdsPermit) {
            holdsPermit = false;
            longBodies.release();
        }
    }
}
