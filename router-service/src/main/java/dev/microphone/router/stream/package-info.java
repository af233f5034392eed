/** What the router knows about each stream that passes. */
@NullMarked
package dev.microphone.router.stream;

import org.jspecify.annotations.NullMarked;
