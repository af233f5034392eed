package dev.microphone.processor.chain;

import dev.microphone.transport.frame.Frame;

/** Hears what one stream's chain does, on the thread that does it: must not block, and changes nothing. */
@FunctionalInterface
public interface ChainTap {
    /**
     * A frame of the stream, no reference.
     *
     * @param stage 0 before the first plugin, then how many plugins have seen it
     * @param frame belongs to the chain
     */
    void onStage(int stage, Frame frame);
}
