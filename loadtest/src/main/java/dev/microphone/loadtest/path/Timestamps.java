package dev.microphone.loadtest.path;

import dev.microphone.transport.frame.Frame;

/** Where the two times lie in a frame's bytes: the first samples of its payload, which a pass-through chain keeps. */
final class Timestamps {
    static final int DUE_OFFSET = Frame.HEADER_LENGTH;
    static final int SENT_OFFSET = DUE_OFFSET + Long.BYTES;

    private Timestamps() {}
}
