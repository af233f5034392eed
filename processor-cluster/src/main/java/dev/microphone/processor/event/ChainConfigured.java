package dev.microphone.processor.event;

/**
 * A stream passes another chain from its next frame on.
 *
 * @param stream its name
 * @param chain as written, or the name that the config gives it
 * @param previousChain what the stream passed until now
 * @param latencySamples of the chain, at 48 kHz
 */
public record ChainConfigured(String stream, String chain, String previousChain, int latencySamples)
        implements ControlEvent {}
