package dev.microphone.loadtest.path;

/** Two hops over Aeron with a thread at each end and one in the middle, set up and running until it is closed. */
interface FramePath extends AutoCloseable {
    /**
     * Sends one frame of a stream; called by one thread.
     *
     * @param dueNs travels in the payload, and so does sentNs
     * @return false when there is no room now: offer it again
     */
    boolean send(int stream, long sequence, long dueNs, long sentNs);

    /** Whether both hops have their receiver. */
    boolean isConnected();

    Arrivals arrivals();

    /** Frames that did not make it, by whatever counter says so; 0 in a sound run. */
    long lost();

    @Override
    void close();
}
