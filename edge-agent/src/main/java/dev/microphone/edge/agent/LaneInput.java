package dev.microphone.edge.agent;

import dev.microphone.edge.dsp.Normaliser;

/**
 * What a lane works on.
 *
 * @param role which end of a conversation this is
 * @param live whether the source goes on while nobody reads
 */
record LaneInput(PcmQueue queue, Normaliser normaliser, SignalRole role, int frameMillis, boolean live) {}
