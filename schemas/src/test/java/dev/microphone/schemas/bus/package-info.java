@NullMarked
package dev.microphone.schemas.bus;

import org.jspecify.annotations.NullMarked;
