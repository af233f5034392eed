package dev.microphone.standalone.command;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.router.http.HttpServer;
import dev.microphone.standalone.demo.Demo;
import dev.microphone.standalone.demo.DemoChain;
import dev.microphone.standalone.terminal.Interruption;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.service.ErrorLog;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.SystemEpochClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code demo}. */
@Command(
        name = "demo",
        description = "Sends a noisy voice through the whole system, and measures and draws the difference."
                + " Needs no microphone.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone demo                 ends by itself: a table, recordings and a picture in demo-out/",
            "  microphone demo --listen        stays up: hear both streams in the browser"
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class DemoCommand implements Callable<Integer> {
    private static final double MAX_SECONDS = 3_600;

    @Option(names = "--listen", description = "Plays in a loop for the page, until Ctrl-C.")
    private boolean listen;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "demo-out",
            description = "Where the results go; default ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--seconds", paramLabel = "S", description = "How long; default: one sentence.")
    private double seconds;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Of the page; 0: any free one; default 8700 with --listen, any without.")
    private int port = -1;

    @ParentCommand
    private MicrophoneCommand parent;

    @Override
    public Integer call() throws Exception {
        if (!(seconds == 0 || (seconds >= 1 && seconds <= MAX_SECONDS))) {
            throw UserError.badUsage("--seconds " + seconds + ": allowed are 1 to " + (int) MAX_SECONDS);
        }
        ErrorLog errors = new ErrorLog(SystemEpochClock.INSTANCE, System.err, parent.isDebug());
        Demo demo = new Demo(out, DemoChain.of(OfficialPlugins.names()), System.out, errors);
        if (!listen) {
            demo.run(seconds, Math.max(0, port));
            return 0;
        }
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        return Interruption.endsBy(() -> interrupted.complete(true), 0, () -> {
            demo.listen(port < 0 ? HttpServer.DEFAULT_PORT : port, interrupted);
            return 0;
        });
    }
}
