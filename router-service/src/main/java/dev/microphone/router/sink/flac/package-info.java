/** The {@code flac:} sink and its encoder (RFC 9639). */
@NullMarked
package dev.microphone.router.sink.flac;

import org.jspecify.annotations.NullMarked;
