/** Bytes that each data thread allocates for a frame; after warm-up there are none. */
@NullMarked
package dev.microphone.loadtest.allocation;

import org.jspecify.annotations.NullMarked;
