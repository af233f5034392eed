/** The control bus: what happens, told to everybody, and what should be; in one process or through Kafka. */
@NullMarked
package dev.microphone.schemas.bus;

import org.jspecify.annotations.NullMarked;
