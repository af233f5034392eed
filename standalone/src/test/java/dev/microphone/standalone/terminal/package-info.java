@NullMarked
package dev.microphone.standalone.terminal;

import org.jspecify.annotations.NullMarked;
