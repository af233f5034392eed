/** {@code process}: files through a chain, all cores, as fast as they go. No Aeron, nothing live. */
@NullMarked
package dev.microphone.standalone.batch;

import org.jspecify.annotations.NullMarked;
