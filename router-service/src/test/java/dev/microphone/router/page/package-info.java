/** The listener page in a real browser. */
@NullMarked
package dev.microphone.router.page;

import org.jspecify.annotations.NullMarked;
