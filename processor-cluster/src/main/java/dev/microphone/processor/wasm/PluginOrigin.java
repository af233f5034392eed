package dev.microphone.processor.wasm;

/**
 * What a fresh instance is made of. Two instances of equal origin are equal, byte for byte, before their first frame.
 *
 * @param moduleDigest SHA-256 of the module, hexadecimal
 * @param parameters as given to {@code configure}, {@code key=value} lines
 * @param freshDigest SHA-256 of the configured instance's memory, mutable globals and latency, hexadecimal: finds what
 *     module and parameters do not explain, such as another engine
 */
public record PluginOrigin(String moduleDigest, String parameters, String freshDigest) {}
