@NullMarked
package dev.microphone.edge.cluster;

import org.jspecify.annotations.NullMarked;
