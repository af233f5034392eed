/** What happens, as records: one model for the process in which it happens, for Kafka, and for whoever reads there. */
@NullMarked
package dev.microphone.schemas.event;

import org.jspecify.annotations.NullMarked;
