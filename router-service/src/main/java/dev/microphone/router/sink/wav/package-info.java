/** The {@code wav:} sink. */
@NullMarked
package dev.microphone.router.sink.wav;

import org.jspecify.annotations.NullMarked;
