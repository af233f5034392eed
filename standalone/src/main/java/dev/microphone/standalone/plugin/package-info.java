/** What the commands share about plugins: where they are loaded from, how their failures are told. */
@NullMarked
package dev.microphone.standalone.plugin;

import org.jspecify.annotations.NullMarked;
