/** A whole Flink cluster on this machine, each of its processes a real one. */
@NullMarked
package dev.microphone.standalone.cluster;

import org.jspecify.annotations.NullMarked;
