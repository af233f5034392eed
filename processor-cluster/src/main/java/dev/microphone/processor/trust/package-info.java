/** Whose plugins are used: Ed25519 signatures over modules, and the keys that are trusted. */
@NullMarked
package dev.microphone.processor.trust;

import org.jspecify.annotations.NullMarked;
