package dev.microphone.standalone.live;

import dev.microphone.router.http.Health;
import dev.microphone.router.http.HttpRoutes;
import dev.microphone.router.http.HttpServer;
import dev.microphone.router.http.OperationsEndpoints;
import dev.microphone.standalone.config.HttpConfig;
import dev.microphone.standalone.telemetry.PrometheusText;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ServiceHost;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** What every node shows by HTTP: how it is, and its metrics; and the routes to which its parts add theirs. */
final class NodeHttp {
    private final HttpServer server;
    private final HttpRoutes routes;
    private final PrometheusText metricsText;

    private NodeHttp(HttpServer server, HttpRoutes routes, PrometheusText metricsText) {
        this.server = server;
        this.routes = routes;
        this.metricsText = metricsText;
    }

    /**
     * Listens.
     *
     * @param usualPort where the config names none
     * @param host closes it in the end
     * @throws IOException when the port cannot be had; the message is for users
     */
    static NodeHttp open(HttpConfig config, int usualPort, Metrics metrics, ServiceHost host) throws IOException {
        HttpRoutes routes = new HttpRoutes();
        Integer configured = config.port();
        int port = configured == null ? usualPort : configured;
        HttpServer server =
                host.own(HttpServer.start(config.host(), port, config.token(), routes, host.errors()::onError));
        return new NodeHttp(server, routes, host.own(new PrometheusText(metrics)));
    }

    /**
     * From now on it says how the node is, and gives its metrics.
     *
     * @param media without which a restart is called for
     * @param readiness what stands in the way of work just now; threads of the HTTP server
     */
    void report(List<EmbeddedMedia> media, Supplier<Health> readiness) {
        OperationsEndpoints.register(routes, () -> liveness(media), readiness, metricsText);
    }

    private static Health liveness(List<EmbeddedMedia> media) {
        return media.stream().anyMatch(EmbeddedMedia::isClosed)
                ? new Health(List.of("Aeron has closed: restart"))
                : Health.OK;
    }

    HttpRoutes routes() {
        return routes;
    }

    String url() {
        return server.url();
    }
}
