/** What every service stands on: the frame, its way over Aeron, counters, and the host of a service's threads. */
@NullMarked
package dev.microphone.transport;

import org.jspecify.annotations.NullMarked;
