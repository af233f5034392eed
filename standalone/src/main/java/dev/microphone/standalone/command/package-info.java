/** The command line: one class a subcommand. Each reads its flags, and hands the work to another package. */
@NullMarked
package dev.microphone.standalone.command;

import org.jspecify.annotations.NullMarked;
