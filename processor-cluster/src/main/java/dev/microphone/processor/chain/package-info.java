/** Chains of plugins: what the user wrote, how it is loaded and warmed up, and what a stream runs through. */
@NullMarked
package dev.microphone.processor.chain;

import org.jspecify.annotations.NullMarked;
