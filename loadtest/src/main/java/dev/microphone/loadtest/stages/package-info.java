/** The system's stages composed for a measurement: as in one process in earnest, with the measurement at both ends. */
@NullMarked
package dev.microphone.loadtest.stages;

import org.jspecify.annotations.NullMarked;
