package dev.microphone.edge.agent;

import dev.microphone.edge.dsp.Normaliser;

/**
 * What a lane works on.
 *
 * @param live whether the source goes on while nobody reads
 */
record LaneInput(PcmQueue queue, Normaliser normaliser, int frameMillis, boolean live) {}
