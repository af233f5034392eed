/** What happens here, from the threads that process frames to whoever listens. */
@NullMarked
package dev.microphone.processor.event;

import org.jspecify.annotations.NullMarked;
