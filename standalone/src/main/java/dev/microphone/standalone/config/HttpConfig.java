package dev.microphone.standalone.config;

import dev.microphone.router.http.HttpServer;

/**
 * @param host a name or an address of this machine
 * @param port 0: any free one
 */
public record HttpConfig(String host, int port) {
    static final int MAX_PORT = 65_535;

    public HttpConfig {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "port " + port + ": allowed are 1 to " + MAX_PORT + ", and 0 for any free one");
        }
    }

    static HttpConfig defaults() {
        return new HttpConfig(HttpServer.DEFAULT_HOST, HttpServer.DEFAULT_PORT);
    }

    public HttpConfig withPort(int newPort) {
        return new HttpConfig(host, newPort);
    }
}
