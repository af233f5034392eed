/** The whole system in one process: capture, processor and router on their own threads, with Aeron between them. */
@NullMarked
package dev.microphone.standalone.live;

import org.jspecify.annotations.NullMarked;
