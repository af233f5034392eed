package dev.microphone.processor.wasm;

/**
 * A plugin instance's state between two frames: its memory and its mutable globals. Another instance of the same module,
 * in this process or another, goes on from it bit for bit.
 *
 * @param moduleDigest SHA-256 of the module
 * @param memory the whole linear memory
 * @param globals values of all globals, in order
 */
@SuppressWarnings("ArrayRecordComponent") // taken and handed over whole, never compared
public record PluginSnapshot(String moduleDigest, byte[] memory, long[] globals) {}
