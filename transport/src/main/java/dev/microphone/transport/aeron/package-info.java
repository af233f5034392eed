/** Frames over Aeron: publish, subscribe, and the media driver that one process shares. */
@NullMarked
package dev.microphone.transport.aeron;

import org.jspecify.annotations.NullMarked;
