/** What a person at the terminal reads: errors, suggestions, tables, progress. */
@NullMarked
package dev.microphone.standalone.terminal;

import org.jspecify.annotations.NullMarked;
