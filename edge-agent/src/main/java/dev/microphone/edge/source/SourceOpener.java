package dev.microphone.edge.source;

/** Opens what a checked URI names. */
@FunctionalInterface
interface SourceOpener {
    AudioSource open() throws SourceException;
}
