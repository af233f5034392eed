@NullMarked
package dev.microphone.loadtest;

import org.jspecify.annotations.NullMarked;
