@NullMarked
package dev.microphone.kafka;

import org.jspecify.annotations.NullMarked;
