/** What happens to plugins, told to whoever listens. Later the control bus carries the same events. */
@NullMarked
package dev.microphone.processor.event;

import org.jspecify.annotations.NullMarked;
