package dev.microphone.edge.agent;

import dev.microphone.transport.frame.ClockQuality;

/** What one read of a source gave. Belongs to whichever thread took it from its queue last. */
final class PcmChunk {
    final byte[] pcm;
    int lengthBytes;
    long captureTimeNs;
    ClockQuality clockQuality = ClockQuality.UNKNOWN;
    /** Samples between this chunk and the one before it are missing. */
    boolean gapBefore;
    /** Nothing follows. Only such a chunk may be empty. */
    boolean last;

    PcmChunk(int capacityBytes) {
        pcm = new byte[capacityBytes];
    }
}
