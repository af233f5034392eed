package dev.microphone.standalone.command.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import dev.microphone.router.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plugins chain}. */
@Command(
        name = "chain",
        description = {
            "Has a stream of a running system pass another chain from its next frame on, until the system ends.",
            "'plugins status' lists the streams."
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class ChainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "STREAM", description = "The stream's name.")
    private String stream;

    @Parameters(
            paramLabel = "CHAIN",
            description = "A chain of the system's config, plugins with commas between, or 'none'.")
    private String chain;

    @Mixin
    private RunningSystem system;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String body = Json.write(json -> {
            json.writeStartObject();
            json.writeStringField("chain", chain);
            json.writeEndObject();
        });
        JsonNode answer = system.call(
                "PUT",
                "/api/streams/" + RunningSystem.encoded(stream) + "/chain",
                body.getBytes(StandardCharsets.UTF_8));
        spec.commandLine()
                .getOut()
                .println(stream + " passes " + answer.path("chain").asText() + " now, "
                        + Sizes.milliseconds(answer.path("latencySamples").asInt()) + " of delay");
        return 0;
    }
}
