@NullMarked
package dev.microphone.transport;

import org.jspecify.annotations.NullMarked;
