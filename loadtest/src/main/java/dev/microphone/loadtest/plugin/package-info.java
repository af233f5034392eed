/** Plugins: RNNoise against the same C code compiled natively, and how long loading takes. */
@NullMarked
package dev.microphone.loadtest.plugin;

import org.jspecify.annotations.NullMarked;
