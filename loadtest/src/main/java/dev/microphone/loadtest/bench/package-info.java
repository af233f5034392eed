/** Benchmark of the resampler against libraries that others wrote. */
@NullMarked
package dev.microphone.loadtest.bench;

import org.jspecify.annotations.NullMarked;
