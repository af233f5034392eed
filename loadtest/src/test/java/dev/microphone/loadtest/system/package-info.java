@NullMarked
package dev.microphone.loadtest.system;

import org.jspecify.annotations.NullMarked;
