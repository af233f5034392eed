/** A processor node under the load of many agents: delay, processor time, and what breaks first. */
@NullMarked
package dev.microphone.loadtest.scale;

import org.jspecify.annotations.NullMarked;
