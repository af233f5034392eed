package dev.microphone.standalone.config;

import dev.microphone.edge.dsp.AgcSettings;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.transport.frame.StreamName;
import org.jspecify.annotations.Nullable;

/**
 * One stream: where it comes from, what is done with it, what it is called.
 *
 * @param chain as written: plugin names and files with their parameters, or {@code none}
 * @param capture how the source's sound becomes canonical
 * @param reference what the loudspeaker beside the microphone plays, for echo cancellation; null when there is none
 * @param replay how what was kept comes after a reconnection; null: as {@link SpoolConfig} says
 */
public record StreamConfig(
        StreamName name,
        SourceUri source,
        String chain,
        NormaliserSettings capture,
        @Nullable SourceUri reference,
        @Nullable Replay replay) {

    /** Without a reference, and replayed as all are. */
    public StreamConfig(StreamName name, SourceUri source, String chain, NormaliserSettings capture) {
        this(name, source, chain, capture, null, null);
    }

    /** With a far end, and with the gain control off: an echo canceller expects an echo of even level. */
    public StreamConfig withReference(SourceUri farEnd) {
        return new StreamConfig(name, source, chain, capture.withAgc(AgcSettings.off()), farEnd, replay);
    }

    public StreamConfig withChain(String chosen) {
        return new StreamConfig(name, source, chosen, capture, reference, replay);
    }

    public StreamConfig withCapture(NormaliserSettings chosen) {
        return new StreamConfig(name, source, chain, chosen, reference, replay);
    }

    StreamConfig withReplay(Replay chosen) {
        return new StreamConfig(name, source, chain, capture, reference, chosen);
    }
}
