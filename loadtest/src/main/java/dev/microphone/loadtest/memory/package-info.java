/** What one more stream costs in memory, in a process of its own. */
@NullMarked
package dev.microphone.loadtest.memory;

import org.jspecify.annotations.NullMarked;
