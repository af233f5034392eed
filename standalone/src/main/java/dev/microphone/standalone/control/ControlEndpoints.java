package dev.microphone.standalone.control;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.chain.PluginStatus;
import dev.microphone.processor.deploy.PluginControl;
import dev.microphone.processor.wasm.PluginFinding;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.router.http.HttpAnswer;
import dev.microphone.router.http.HttpCall;
import dev.microphone.router.http.HttpRoutes;
import dev.microphone.router.http.Json;
import dev.microphone.schemas.event.ChainConfigured;
import dev.microphone.schemas.event.PluginReplaced;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /api/plugins}, {@code /api/chains}, {@code /api/streams/NAME/chain} and {@code /api/events}. */
public final class ControlEndpoints {
    /** Carries the base64 of a module's signature. */
    public static final String SIGNATURE_HEADER = "X-Plugin-Signature";

    private static final int MAX_CHAIN_LENGTH = 8 * 1024;

    private final PluginControl plugins;
    private final LiveChains chains;
    private final Map<String, ChainSpec> named;
    private final Metrics metrics;

    private ControlEndpoints(PluginControl plugins, LiveChains chains, Map<String, ChainSpec> named, Metrics metrics) {
        this.plugins = plugins;
        this.chains = chains;
        this.named = named;
        this.metrics = metrics;
    }

    /** @param named the chains of the config */
    public static void register(
            HttpRoutes routes,
            PluginControl plugins,
            LiveChains chains,
            Map<String, ChainSpec> named,
            EventLog events,
            ControlThread thread,
            Metrics metrics) {
        ControlEndpoints endpoints = new ControlEndpoints(plugins, chains, named, metrics);
        routes.get("/api/plugins", endpoints::plugins);
        routes.get("/api/chains", endpoints::chains);
        routes.get("/api/events", events::answer);
        routes.action(
                "PUT",
                "/api/plugins/*",
                PluginModule.MAX_MODULE_BYTES,
                call -> thread.answer(() -> endpoints.deploy(call)));
        routes.action("POST", "/api/plugins/*/resume", 0, call -> thread.answer(() -> endpoints.resume(call.name())));
        routes.action(
                "POST", "/api/plugins/*/rollback", 0, call -> thread.answer(() -> endpoints.rollBack(call.name())));
        routes.action(
                "PUT",
                "/api/streams/*/chain",
                MAX_CHAIN_LENGTH,
                call -> thread.answer(() -> endpoints.assign(call.name(), call.body())));
    }

    private HttpAnswer plugins() {
        return HttpAnswer.json(200, Json.write(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("plugins");
            for (PluginStatus plugin : plugins.statuses()) {
                write(json, plugin);
            }
            json.writeEndArray();
            json.writeNumberField("memoryBytes", plugins.memory().usedBytes());
            json.writeNumberField("memoryLimitBytes", plugins.memory().limitBytes());
            json.writeEndObject();
        }));
    }

    private void write(JsonGenerator json, PluginStatus plugin) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", plugin.plugin());
        json.writeStringField("digest", plugin.version().digest());
        json.writeStringField("origin", plugin.version().origin());
        json.writeStringField("signedBy", plugin.version().signer());
        json.writeNumberField("livePlaces", plugin.stages());
        json.writeNumberField("bypassedPlaces", plugin.bypassedStages());
        json.writeBooleanField("suspended", plugin.suspended());
        json.writeNumberField("faults", faults(plugin.plugin()));
        writeTexts(json, "streams", chains.streamsWith(plugin.plugin()));
        writeTexts(json, "previousDigests", plugin.previousDigests());
        json.writeEndObject();
    }

    private long faults(String plugin) {
        return metrics.entries().stream()
                .filter(entry -> entry.name().equals("microphone_plugin_errors_total")
                        && plugin.equals(entry.labels().get("plugin")))
                .mapToLong(entry -> entry.counter().get())
                .sum();
    }

    private static void writeTexts(JsonGenerator json, String field, List<String> texts) throws IOException {
        json.writeArrayFieldStart(field);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private HttpAnswer chains() {
        return HttpAnswer.json(200, Json.write(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("chains");
            for (Map.Entry<String, ChainSpec> chain : named.entrySet()) {
                json.writeStartObject();
                json.writeStringField("name", chain.getKey());
                writeTexts(
                        json,
                        "plugins",
                        chain.getValue().plugins().stream()
                                .map(PluginSpec::toString)
                                .toList());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("streams");
            for (Map.Entry<String, LiveChains.Assigned> stream :
                    chains.streams().entrySet()) {
                json.writeStartObject();
                json.writeStringField("name", stream.getKey());
                json.writeStringField("chain", stream.getValue().chain());
                json.writeNumberField("latencySamples", stream.getValue().latencySamples());
                writeTexts(json, "digests", stream.getValue().prepared().digests());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }));
    }

    private HttpAnswer deploy(HttpCall call) {
        String signature = call.header(SIGNATURE_HEADER);
        byte @Nullable [] bytes = signature == null ? null : signature.getBytes(StandardCharsets.US_ASCII);
        try {
            PluginControl.Deployed deployed = plugins.deploy(call.name(), call.body(), bytes, "the control API");
            return HttpAnswer.json(200, Json.write(json -> {
                json.writeStartObject();
                json.writeStringField("name", call.name());
                json.writeStringField("digest", deployed.digest());
                json.writeBooleanField("changed", deployed.replaced().isPresent());
                json.writeNumberField(
                        "livePlaces",
                        deployed.replaced().map(PluginReplaced::stages).orElse(0));
                json.writeStringField(
                        "keptIn",
                        deployed.file() == null ? null : deployed.file().toString());
                json.writeEndObject();
            }));
        } catch (PluginRejectedException e) {
            return rejected(call.name(), e);
        }
    }

    private static HttpAnswer rejected(String plugin, PluginRejectedException e) {
        return HttpAnswer.json(422, Json.write(json -> {
            json.writeStartObject();
            json.writeStringField("error", "plugin '" + plugin + "' " + e.getMessage());
            json.writeArrayFieldStart("findings");
            for (PluginFinding finding : e.findings()) {
                json.writeStartObject();
                json.writeStringField("severity", finding.rejects() ? "error" : "warning");
                json.writeStringField("message", finding.message());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }));
    }

    private boolean isKnown(String plugin) {
        return plugins.statuses().stream().anyMatch(status -> status.plugin().equals(plugin));
    }

    private static HttpAnswer unknown(String plugin) {
        return HttpAnswer.error(404, "no plugin '" + plugin + "' is loaded: /api/plugins lists those that are");
    }

    private HttpAnswer resume(String plugin) {
        if (!isKnown(plugin)) {
            return unknown(plugin);
        }
        int places = plugins.resume(plugin).stages();
        return HttpAnswer.json(200, Json.write(json -> {
            json.writeStartObject();
            json.writeStringField("name", plugin);
            json.writeNumberField("resumedPlaces", places);
            json.writeEndObject();
        }));
    }

    private HttpAnswer rollBack(String plugin) {
        if (!isKnown(plugin)) {
            return unknown(plugin);
        }
        try {
            Optional<PluginReplaced> replaced = plugins.rollBack(plugin);
            return replaced.map(event -> HttpAnswer.json(200, Json.write(json -> {
                        json.writeStartObject();
                        json.writeStringField("name", plugin);
                        json.writeStringField("digest", event.digest());
                        json.writeNumberField("livePlaces", event.stages());
                        json.writeEndObject();
                    })))
                    .orElseGet(() -> HttpAnswer.error(409, "plugin '" + plugin + "' has no version before this one"));
        } catch (PluginRejectedException e) {
            return rejected(plugin, e);
        }
    }

    private HttpAnswer assign(String stream, byte[] body) {
        if (!chains.streams().containsKey(stream)) {
            return HttpAnswer.error(404, "there is no stream '" + stream + "': /api/chains lists those there are");
        }
        try {
            ChainConfigured event = chains.assign(new StreamName(stream), Json.readText(body, "chain"));
            return HttpAnswer.json(200, Json.write(json -> {
                json.writeStartObject();
                json.writeStringField("stream", stream);
                json.writeStringField("chain", event.chain());
                json.writeNumberField("latencySamples", event.latencySamples());
                json.writeEndObject();
            }));
        } catch (IllegalArgumentException e) {
            return HttpAnswer.error(400, String.valueOf(e.getMessage()));
        } catch (UserError e) {
            return HttpAnswer.error(422, String.valueOf(e.getMessage()));
        }
    }
}
