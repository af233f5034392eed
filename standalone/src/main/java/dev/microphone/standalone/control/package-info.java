/** The control API of a running system: plugins, chains, and what happened. */
@NullMarked
package dev.microphone.standalone.control;

import org.jspecify.annotations.NullMarked;
