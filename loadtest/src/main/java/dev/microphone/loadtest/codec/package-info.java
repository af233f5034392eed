/** What a frame costs apart from its journey: header, checksum, copy, gap detection. */
@NullMarked
package dev.microphone.loadtest.codec;

import org.jspecify.annotations.NullMarked;
