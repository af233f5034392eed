/** Runs each stream's frames through its chain of sandboxed plugins. */
@NullMarked
package dev.microphone.processor;

import org.jspecify.annotations.NullMarked;
