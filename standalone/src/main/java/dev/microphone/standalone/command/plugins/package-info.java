/** {@code microphone plugins}: one class a subcommand. */
@NullMarked
package dev.microphone.standalone.command.plugins;

import org.jspecify.annotations.NullMarked;
