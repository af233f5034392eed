@NullMarked
package dev.microphone.standalone.telemetry;

import org.jspecify.annotations.NullMarked;
