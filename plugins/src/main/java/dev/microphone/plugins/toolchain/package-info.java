/**
 * Builds plugins: C to WASM with the clang that comes as a Maven dependency, upstream sources by the package client, and
 * the same sources natively for comparison.
 */
@NullMarked
package dev.microphone.plugins.toolchain;

import org.jspecify.annotations.NullMarked;
