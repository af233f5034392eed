package dev.microphone.standalone.config;

import dev.microphone.router.http.HttpServer;
import org.jspecify.annotations.Nullable;

/**
 * @param host a name or an address of this machine
 * @param port 0: any free one; null: the usual one of whoever listens
 * @param token that those who change something must know; null: nobody needs one, and only this machine may
 */
public record HttpConfig(
        String host, @Nullable Integer port, @Nullable String token) {
    /** The port of {@code processor}. */
    public static final int PROCESSOR_PORT = HttpServer.DEFAULT_PORT + 1;
    /** The port of {@code agent}. */
    public static final int AGENT_PORT = HttpServer.DEFAULT_PORT + 2;

    static final int MAX_PORT = 65_535;

    public HttpConfig {
        if (port != null && (port < 0 || port > MAX_PORT)) {
            throw new IllegalArgumentException(
                    "port " + port + ": allowed are 1 to " + MAX_PORT + ", and 0 for any free one");
        }
    }

    HttpConfig(String host, @Nullable Integer port) {
        this(host, port, null);
    }

    static HttpConfig defaults() {
        return new HttpConfig(HttpServer.DEFAULT_HOST, null);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "HttpConfig[host=" + host + ", port=" + port + (token == null ? "]" : ", with a token]");
    }

    public HttpConfig withPort(int newPort) {
        return new HttpConfig(host, newPort, token);
    }
}
