/** Brings new versions of plugins into a running processor: from files that change, and from those who operate it. */
@NullMarked
package dev.microphone.processor.deploy;

import org.jspecify.annotations.NullMarked;
