package dev.microphone.router.http;

import java.util.function.Supplier;

/** What those who run the system ask: is it alive, is it ready, how much of everything. */
public final class OperationsEndpoints {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private OperationsEndpoints() {}

    /**
     * Registers {@code /health/live}, {@code /health/ready} and {@code /metrics}.
     *
     * @param live whether the process works at all; where not, it should be restarted
     * @param ready whether it delivers everything it should
     * @param metrics Prometheus text, made at each call
     */
    public static void register(
            HttpRoutes routes, Supplier<Health> live, Supplier<Health> ready, Supplier<String> metrics) {
        routes.get("/health/live", () -> live.get().toAnswer());
        routes.get("/health/ready", () -> ready.get().toAnswer());
        routes.get("/metrics", () -> new HttpAnswer(200, PROMETHEUS_TEXT, metrics.get()));
    }
}
