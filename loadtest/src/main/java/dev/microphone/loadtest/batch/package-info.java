/** Files through {@code process}, against ffmpeg. */
@NullMarked
package dev.microphone.loadtest.batch;

import org.jspecify.annotations.NullMarked;
