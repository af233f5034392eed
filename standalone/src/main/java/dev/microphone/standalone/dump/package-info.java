/** {@code --dump-stages}: what a stream sounds like before and behind every stage, as files. */
@NullMarked
package dev.microphone.standalone.dump;

import org.jspecify.annotations.NullMarked;
