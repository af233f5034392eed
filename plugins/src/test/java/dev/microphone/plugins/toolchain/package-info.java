@NullMarked
package dev.microphone.plugins.toolchain;

import org.jspecify.annotations.NullMarked;
