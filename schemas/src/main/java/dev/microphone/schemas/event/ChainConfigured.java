package dev.microphone.schemas.event;

import java.util.function.LongFunction;

/**
 * A stream passes another chain from its next frame on.
 *
 * @param stream its name, tenant/site/device/source; its id in hexadecimal where nobody knows the name
 * @param streamId the 64-bit hash of the name that frames carry; unsigned
 * @param chain as written, or the name that the config gives it
 * @param previousChain what the stream passed until now
 * @param latencySamples delay of the chain at 48 kHz
 */
public record ChainConfigured(String stream, long streamId, String chain, String previousChain, int latencySamples)
        implements ControlEvent {
    @Override
    public String key() {
        return stream;
    }

    @Override
    public ChainConfigured named(LongFunction<String> names) {
        return stream.isEmpty()
                ? new ChainConfigured(names.apply(streamId), streamId, chain, previousChain, latencySamples)
                : this;
    }
}
