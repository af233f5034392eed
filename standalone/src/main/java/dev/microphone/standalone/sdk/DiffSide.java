package dev.microphone.standalone.sdk;

/**
 * One of two versions, and what it made of the input.
 *
 * @param pcm canonical audio, its declared delay taken off
 */
@SuppressWarnings("ArrayRecordComponent") // read whole, never compared
record DiffSide(String plugin, byte[] wasm, byte[] pcm, int declaredDelaySamples) {}
