/** Counters on the data path: Agrona counters with names and labels, read off the path by whoever publishes them. */
@NullMarked
package dev.microphone.transport.metrics;

import org.jspecify.annotations.NullMarked;
