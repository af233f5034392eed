/** The data path's counters as OpenTelemetry reads them, and as Prometheus text. */
@NullMarked
package dev.microphone.standalone.telemetry;

import org.jspecify.annotations.NullMarked;
