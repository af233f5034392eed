@NullMarked
package dev.microphone.loadtest.allocation;

import org.jspecify.annotations.NullMarked;
