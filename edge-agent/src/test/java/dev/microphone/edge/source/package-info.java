@NullMarked
package dev.microphone.edge.source;

import org.jspecify.annotations.NullMarked;
