@NullMarked
package dev.microphone.loadtest.path;

import org.jspecify.annotations.NullMarked;
