package dev.microphone.standalone.control;

import dev.microphone.processor.ProcessorAgent;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.ChainTap;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.chain.StreamChains;
import dev.microphone.schemas.event.ChainConfigured;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.standalone.plugin.Plugins;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.StreamName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which stream passes which chain, at the start and later. {@link #chainOf} is for any thread, the rest for one. */
public final class LiveChains {
    /**
     * One stream's chain.
     *
     * @param samplesPerChannel of the stream's frames: 240, 480 or 960
     */
    public record Assigned(String chain, PreparedChain prepared, int samplesPerChannel) {
        /** The delay of this stream, at the moment. */
        public int latencySamples() {
            return prepared.latencySamples(samplesPerChannel);
        }
    }

    private final Plugins plugins;
    private final Function<ChainSpec, PreparedChain> first;
    private final Function<String, ChainSpec> meanings;
    private final ControlEventListener events;
    private final StreamChains<Assigned> chains;
    private final Map<String, Assigned> streams = new ConcurrentSkipListMap<>();
    private final Map<Long, Function<ChainSpec, Optional<ChainTap>>> taps = new ConcurrentHashMap<>();
    private volatile @Nullable ProcessorAgent agent;

    /**
     * @param first prepares what streams pass from the start
     * @param meanings of what a chain is written as; an IllegalArgumentException says that it means nothing
     * @param defaultChain of streams that are given none
     */
    public LiveChains(
            Plugins plugins,
            Function<ChainSpec, PreparedChain> first,
            Function<String, ChainSpec> meanings,
            String defaultChain,
            ControlEventListener events) {
        this.plugins = plugins;
        this.first = first;
        this.meanings = meanings;
        this.events = events;
        this.chains = new StreamChains<>(new Assigned(
                defaultChain, first.apply(meanings.apply(defaultChain)), CanonicalAudio.MAX_SAMPLES_PER_CHANNEL));
    }

    /** Says where live streams are processed. Before anything is live. */
    public void runIn(ProcessorAgent processor) {
        agent = processor;
    }

    /** For the processor's thread, at a stream's first frame. */
    public PreparedChain chainOf(long streamId) {
        return chains.of(streamId).prepared();
    }

    /** What a stream passes, as it was written. Any thread. */
    public String chainTextOf(long streamId) {
        return chains.of(streamId).chain();
    }

    /**
     * Loads what the stream passes from the start. Where its plugins are not warm yet, its frames must wait until {@link
     * Plugins#keepingUp}.
     *
     * @param frameMillis of its frames: 5, 10 or 20
     * @throws dev.microphone.standalone.terminal.UserError when the chain cannot be used
     */
    public void begin(StreamName stream, String chain, int frameMillis) {
        Assigned assigned =
                new Assigned(chain, first.apply(meanings.apply(chain)), CanonicalAudio.samplesPerChannel(frameMillis));
        chains.put(stream, assigned);
        streams.put(stream.value(), assigned);
    }

    /**
     * Has somebody hear what a stream's plugins do. After {@link #begin}, before anything is live.
     *
     * @param first hears the chain that it begins with
     * @param later makes who hears a chain that it is given later; on the thread that gives it
     */
    public void tap(long streamId, ChainTap first, Function<ChainSpec, Optional<ChainTap>> later) {
        chainOf(streamId).tapWith(first);
        taps.put(streamId, later);
    }

    /**
     * Has a stream pass another chain from its next frame on.
     *
     * @throws IllegalArgumentException when the chain means nothing
     * @throws dev.microphone.standalone.terminal.UserError when it cannot be used; then nothing has changed
     */
    public ChainConfigured assign(StreamName stream, String chain) {
        PreparedChain prepared = plugins.prepare(meanings.apply(chain));
        Function<ChainSpec, Optional<ChainTap>> makesTaps = taps.get(stream.streamId());
        if (makesTaps != null) {
            makesTaps.apply(prepared.spec()).ifPresent(prepared::tapWith);
        }
        Assigned assigned =
                new Assigned(chain, prepared, chains.of(stream.streamId()).samplesPerChannel());
        Assigned before = streams.put(stream.value(), assigned);
        chains.put(stream, assigned);
        ProcessorAgent running = agent;
        if (running != null) {
            for (long streamId : chains.idsWith(stream)) {
                running.assign(streamId, prepared);
            }
        }
        ChainConfigured event = new ChainConfigured(
                stream.value(),
                stream.streamId(),
                chain,
                before == null ? "none" : before.chain(),
                assigned.latencySamples());
        if (before != null) {
            before.prepared().close();
        }
        events.onEvent(event);
        return event;
    }

    /** All streams that were given a chain, by name. Any thread. */
    public Map<String, Assigned> streams() {
        return streams;
    }

    /** The streams that pass a plugin. Any thread. */
    public List<String> streamsWith(String plugin) {
        return streams.entrySet().stream()
                .filter(entry -> entry.getValue().prepared().spec().plugins().stream()
                        .anyMatch(spec -> spec.reference().equals(plugin)))
                .map(Map.Entry::getKey)
                .toList();
    }
}
