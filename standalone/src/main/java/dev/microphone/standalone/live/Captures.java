package dev.microphone.standalone.live;

import dev.microphone.edge.agent.CaptureSession;
import dev.microphone.edge.agent.EdgeAgent;
import dev.microphone.edge.agent.StreamEnd;
import dev.microphone.edge.source.AudioSource;
import dev.microphone.edge.source.SourceException;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.service.ServiceHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/**
 * The sources of a config's streams: opened first of all, as what is wrong with them is the likeliest mistake, and
 * captured when everything behind them is there. Owned by the thread that opens it; {@link #capturing}, {@link
 * #allEnded} and {@link #stop} may come from any.
 */
final class Captures {
    private final List<OpenSource> sources;
    private final List<CaptureSession> sessions = new ArrayList<>();
    private final AtomicInteger capturing;

    private Captures(List<OpenSource> sources) {
        this.sources = sources;
        this.capturing = new AtomicInteger(sources.size());
    }

    /** @param farEnd null when there is none */
    private record OpenSource(
            StreamConfig stream,
            AudioSource nearEnd,
            @Nullable AudioSource farEnd) {}

    /** Stands between a microphone and who reads it. */
    @FunctionalInterface
    interface Tap {
        AudioSource on(StreamConfig stream, AudioSource microphone) throws IOException;
    }

    /**
     * Opens all.
     *
     * @param host closes what never comes to be captured
     * @throws IOException when one cannot be opened; the message is for users
     */
    static Captures open(List<StreamConfig> streams, Tap tap, ServiceHost host) throws IOException {
        List<OpenSource> sources = new ArrayList<>();
        for (StreamConfig stream : streams) {
            AudioSource nearEnd = tap.on(stream, host.own(stream.source().open()));
            SourceUri reference = stream.reference();
            sources.add(new OpenSource(stream, nearEnd, reference == null ? null : host.own(reference.open())));
        }
        return new Captures(sources);
    }

    /** A source that fails is a matter for the user; anything else is one for us. */
    static ErrorHandler faults(ServiceHost host, Consumer<String> messages) {
        return error -> {
            if (error instanceof SourceException) {
                messages.accept(String.valueOf(error.getMessage()));
            } else {
                host.errors().onError(error);
            }
        };
    }

    /**
     * Starts the sources. Once.
     *
     * @throws UserError when a setting does not fit a source
     */
    void start(EdgeAgent edge) {
        for (OpenSource source : sources) {
            CaptureSession session = start(edge, source);
            var unused = session.ended().thenRun(capturing::decrementAndGet);
            sessions.add(session);
        }
    }

    private static CaptureSession start(EdgeAgent edge, OpenSource source) {
        StreamConfig stream = source.stream();
        AudioSource farEnd = source.farEnd();
        try {
            return farEnd == null
                    ? edge.start(stream.name(), source.nearEnd(), stream.capture())
                    : edge.start(stream.name(), source.nearEnd(), farEnd, stream.capture());
        } catch (IllegalArgumentException e) {
            throw UserError.badUsage(stream.name() + ": " + e.getMessage(), e);
        }
    }

    /** How many have not come to their end. */
    int capturing() {
        return capturing.get();
    }

    /** Done when all sources have come to their end, or were stopped. */
    CompletableFuture<List<StreamEnd>> allEnded() {
        List<CompletableFuture<StreamEnd>> ends =
                sessions.stream().map(CaptureSession::ended).toList();
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .thenApply(nothing -> ends.stream().map(CompletableFuture::join).toList());
    }

    /** Ends the sources, and waits until their last frames are on their way. */
    void stop() throws Exception {
        sessions.forEach(CaptureSession::stop);
        allEnded().get(Drain.TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
}
