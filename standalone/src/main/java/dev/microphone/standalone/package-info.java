/** The launcher's entry: the whole system in one process, on the command line. */
@NullMarked
package dev.microphone.standalone;

import org.jspecify.annotations.NullMarked;
