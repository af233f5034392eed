package dev.microphone.transport.link;

import dev.microphone.transport.aeron.EmbeddedMedia;

/**
 * The Aeron channels between processor nodes and routers. One publication carries all streams of a shard, so it needs more
 * in flight than an agent's: with 64 KiB, 16 frames a round trip, some 100 streams are the end.
 */
public final class RouterChannels {
    /** Aeron's stream of processed frames. */
    public static final int STREAM_ID = 2;

    /** 134 frames: at 20,000 frames a second a router may be held up for 6 ms. */
    static final int WINDOW_LENGTH = 512 * 1024;

    private RouterChannels() {}

    /**
     * Of a router's subscription.
     *
     * @param endpoint its own, host:port
     */
    public static String listen(String endpoint) {
        return "aeron:udp?endpoint=" + endpoint + "|rcv-wnd=512k";
    }

    /** Of a node's publication; a window is half a term at most. */
    static String send(String endpoint) {
        return "aeron:udp?endpoint=" + endpoint + "|term-length=1m|" + EmbeddedMedia.ONE_RECEIVER;
    }
}
