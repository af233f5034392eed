package dev.microphone.standalone.config;

import dev.microphone.router.http.HttpServer;
import org.jspecify.annotations.Nullable;

/**
 * @param host a name or an address of this machine
 * @param port 0: any free one
 * @param token that those who change something must know; null: nobody needs one, and only this machine may
 */
public record HttpConfig(String host, int port, @Nullable String token) {
    static final int MAX_PORT = 65_535;

    public HttpConfig {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "port " + port + ": allowed are 1 to " + MAX_PORT + ", and 0 for any free one");
        }
    }

    HttpConfig(String host, int port) {
        this(host, port, null);
    }

    static HttpConfig defaults() {
        return new HttpConfig(HttpServer.DEFAULT_HOST, HttpServer.DEFAULT_PORT);
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
