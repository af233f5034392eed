package dev.microphone.standalone.command;

import dev.microphone.standalone.config.ConfigFile;
import dev.microphone.standalone.config.HttpConfig;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.terminal.Interruption;
import dev.microphone.transport.service.ErrorLog;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.agrona.concurrent.SystemEpochClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands take that run until they are told to end. */
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class NodeOptions {
    @Option(names = "--config", paramLabel = "FILE", description = "A TOML file; 'microphone config' prints one.")
    private @Nullable Path configFile;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Of the page and metrics; 0: any; default 8700, of processor 8701, of agent 8702.")
    private @Nullable Integer port;

    /** A node that runs. */
    interface Node extends AutoCloseable {
        /** One line for the user. */
        String greeting();

        @Override
        void close();
    }

    /** Starts one. */
    @FunctionalInterface
    interface Starter {
        Node start(ErrorLog errors);
    }

    MicrophoneConfig config() {
        MicrophoneConfig config = configFile == null ? MicrophoneConfig.defaults() : ConfigFile.read(configFile);
        if (port == null) {
            return config;
        }
        HttpConfig http = config.http();
        return config.withHttp(Flags.checked("--port", port, http::withPort));
    }

    /** Until Ctrl-C or SIGTERM. */
    static int run(Starter starter, boolean debug) throws Exception {
        PrintStream err = System.err;
        ErrorLog errors = new ErrorLog(SystemEpochClock.INSTANCE, err, debug);
        CountDownLatch told = new CountDownLatch(1);
        return Interruption.endsBy(told::countDown, 0, () -> {
            try (Node node = starter.start(errors)) {
                err.println(node.greeting() + " (Ctrl-C ends)");
                told.await();
            }
            return 0;
        });
    }
}
