/** The demo: a noisy voice goes through the whole system, and the difference is measured and drawn. */
@NullMarked
package dev.microphone.standalone.demo;

import org.jspecify.annotations.NullMarked;
