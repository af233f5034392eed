/** How long until a program works. */
@NullMarked
package dev.microphone.loadtest.start;

import org.jspecify.annotations.NullMarked;
