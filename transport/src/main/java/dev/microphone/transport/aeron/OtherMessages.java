package dev.microphone.transport.aeron;

import org.agrona.DirectBuffer;

/** What comes over a subscription besides frames, and from whom. */
public interface OtherMessages {
    /** There are none. */
    OtherMessages NONE = new OtherMessages() {
        @Override
        public boolean takesFrom(long position) {
            return true;
        }

        @Override
        public void onConnected(long session) {}

        @Override
        public void onDisconnected(long session) {}

        @Override
        public boolean onMessage(long session, DirectBuffer buffer, int offset, int length) {
            return false;
        }
    };

    /**
     * Whether frames and messages of a sender are taken that is heard from there on.
     *
     * @param position in its session, bytes; more than 0: somebody else got what came before
     */
    boolean takesFrom(long position);

    /**
     * A sender has come; on Aeron's thread.
     *
     * @param session the correlation id of its image, unique in this process's media driver
     */
    void onConnected(long session);

    /** The sender has gone; on Aeron's thread. */
    void onDisconnected(long session);

    /**
     * A message that is not a frame; on the polling thread.
     *
     * @return whether it was one of those expected, good or bad; false: it is counted as a bad frame
     */
    boolean onMessage(long session, DirectBuffer buffer, int offset, int length);
}
