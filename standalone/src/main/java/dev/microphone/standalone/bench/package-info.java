/** What {@code microphone bench} runs: measurements, found on the class path. */
@NullMarked
package dev.microphone.standalone.bench;

import org.jspecify.annotations.NullMarked;
