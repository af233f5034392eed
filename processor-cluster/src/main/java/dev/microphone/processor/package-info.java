@NullMarked
package dev.microphone.processor;

import org.jspecify.annotations.NullMarked;
