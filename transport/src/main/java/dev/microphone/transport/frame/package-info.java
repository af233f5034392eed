/** The frame: its model, its wire form, its stream's name. */
@NullMarked
package dev.microphone.transport.frame;

import org.jspecify.annotations.NullMarked;
