@NullMarked
package dev.microphone.edge;

import org.jspecify.annotations.NullMarked;
