package dev.microphone.router.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The HTTP server: one port, HTTP/1.1 and WebSocket, on epoll where there is one. */
// A write or close that fails ends in the channel\'s closing, which its close future tells.
@SuppressWarnings("FutureReturnValueIgnored")
public final class HttpServer implements AutoCloseable {
    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final int DEFAULT_PORT = 8700;

    /** Two carry 1,000 listeners with a core to spare; a slow scrape on one leaves the other free. */
    private static final int NETWORK_THREADS = 2;
    /** Pages, scrapers and listeners; beyond that something is wrong, and what is connected shall go on. */
    private static final int MAX_CONNECTIONS = 2_000;

    /** What any route may allow: a plugin's module of 16 MiB is the longest. */
    private static final int MAX_BODY_LENGTH = 16 << 20;

    /** Of more than some KiB, at once: with that bound all bodies together stay below 64 MiB. */
    private static final int MAX_LONG_BODIES = 4;

    private static final int IDLE_SECONDS = 30;
    /** 0.3 s of audio: below it a listener that was too slow gets frames again. */
    private static final int LOW_WATER_MARK = 64 * 1024;
    /** 1.3 s of audio: a listener that far behind misses frames rather than hearing them late. */
    private static final int HIGH_WATER_MARK = 256 * 1024;

    private static final int BACKLOG = 1024;
    private static final long CLOSE_TIMEOUT_MS = 2_000;

    private final EventLoopGroup eventLoops;
    private final Channel listening;
    private final ChannelGroup connections;

    private HttpServer(EventLoopGroup eventLoops, Channel listening, ChannelGroup connections) {
        this.eventLoops = eventLoops;
        this.listening = listening;
        this.connections = connections;
    }

    /**
     * Binds and serves.
     *
     * @param host the address to listen on
     * @param port 0 for any free one
     * @param errors takes what should not have happened; any thread
     * @throws IOException when it cannot listen there; the message is for users
     */
    public static HttpServer start(String host, int port, HttpRoutes routes, Consumer<Throwable> errors)
            throws IOException {
        return start(host, port, null, routes, errors);
    }

    /**
     * Binds and serves; changes only to who knows the token.
     *
     * @param token null: changes are for this machine alone, and refused where others reach the server
     */
    public static HttpServer start(
            String host, int port, @Nullable String token, HttpRoutes routes, Consumer<Throwable> errors)
            throws IOException {
        InetAddress address = InetAddress.getByName(host);
        HttpAccess access = new HttpAccess(address.isLoopbackAddress(), token);
        boolean hasEpoll = Epoll.isAvailable();
        IoHandlerFactory io = hasEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        EventLoopGroup eventLoops =
                new MultiThreadIoEventLoopGroup(NETWORK_THREADS, new DefaultThreadFactory("http", true), io);
        ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
        Class<? extends ServerChannel> channelType =
                hasEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        ChannelFuture bound = new ServerBootstrap()
                .group(eventLoops)
                .channel(channelType)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(LOW_WATER_MARK, HIGH_WATER_MARK))
                .childHandler(new Connections(routes, access, errors, connections))
                .bind(address, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            eventLoops.shutdownGracefully(0, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            throw new IOException(bindFailure(host, port, bound.cause()), bound.cause());
        }
        return new HttpServer(eventLoops, bound.channel(), connections);
    }

    private static String bindFailure(String host, int port, Throwable cause) {
        String reason = String.valueOf(cause.getMessage());
        return reason.contains("in use")
                ? "port " + port + " on " + host + " is in use: choose another with --port, or 0 for any"
                : "cannot listen on port " + port + " of " + host + ": " + reason;
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Where a browser finds it. */
    public String url() {
        InetSocketAddress address = (InetSocketAddress) listening.localAddress();
        String host = address.getAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + "/";
    }

    @Override
    public void close() {
        listening.close().awaitUninterruptibly(CLOSE_TIMEOUT_MS);
        connections.close().awaitUninterruptibly(CLOSE_TIMEOUT_MS);
        eventLoops
                .shutdownGracefully(0, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT_MS);
    }

    /** Sets up each connection, up to the limit. */
    private static final class Connections extends ChannelInitializer<Channel> {
        private final HttpRoutes routes;
        private final HttpAccess access;
        private final Semaphore longBodies = new Semaphore(MAX_LONG_BODIES);
        private final Consumer<Throwable> errors;
        private final ChannelGroup open;

        Connections(HttpRoutes routes, HttpAccess access, Consumer<Throwable> errors, ChannelGroup open) {
            this.routes = routes;
            this.access = access;
            this.errors = errors;
            this.open = open;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (open.size() >= MAX_CONNECTIONS) {
                channel.close();
                return;
            }
            open.add(channel);
            channel.pipeline()
                    .addLast(new IdleStateHandler(IDLE_SECONDS, 0, 0))
                    .addLast(new HttpServerCodec())
                    .addLast(new HttpGate(routes, access, longBodies))
                    .addLast(new HttpObjectAggregator(MAX_BODY_LENGTH))
                    .addLast(new HttpHandler(routes, errors));
        }
    }
}
