/** A real Kafka broker for tests and for trying things: in this process, or in a container where Docker is present. */
@NullMarked
package dev.microphone.kafka;

import org.jspecify.annotations.NullMarked;
