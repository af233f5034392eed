@NullMarked
package dev.microphone.loadtest.plugin;

import org.jspecify.annotations.NullMarked;
