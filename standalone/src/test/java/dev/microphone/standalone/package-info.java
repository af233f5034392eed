@NullMarked
package dev.microphone.standalone;

import org.jspecify.annotations.NullMarked;
