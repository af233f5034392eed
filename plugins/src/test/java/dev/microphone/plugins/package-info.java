@NullMarked
package dev.microphone.plugins;

import org.jspecify.annotations.NullMarked;
