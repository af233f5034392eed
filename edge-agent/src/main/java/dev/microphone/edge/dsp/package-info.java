/**
 * Turns whatever a source delivers into canonical audio: 48 kHz, 16 bits, stereo. Read {@link
 * dev.microphone.edge.dsp.Normaliser} first; the stages stand there in their order.
 */
@NullMarked
package dev.microphone.edge.dsp;

import org.jspecify.annotations.NullMarked;
