package dev.microphone.edge.source;

import java.nio.ByteBuffer;

/** An open, configured capture device: the six calls of the data path. Results below 0 are negated errno values. */
interface AlsaPcm {
    /** ALSA's name for an overrun: nobody read in time. */
    int EPIPE = 32;
    /** The machine slept. */
    int ESTRPIPE = 86;

    int EINTR = 4;
    int EAGAIN = 11;
    int ENODEV = 19;

    int start();

    /** @return 1 when a period is there, 0 when none came in time */
    int await(int timeoutMillis);

    /**
     * Takes the moment at which the device last told its position.
     *
     * @return ns since the Unix epoch, or 0 when the device does not say; {@link #availableFrames()} belongs to it
     */
    long timestampNs();

    /** Samples of one channel that were there, unread, at the last {@link #timestampNs()}. */
    long availableFrames();

    /** @return samples of one channel that now lie at the beginning of {@link #buffer()} */
    long read(long frames);

    /** What {@link #read} fills: one period. */
    ByteBuffer buffer();

    /** Makes the device ready again after such an error; it must then be started. */
    int recover(int error);

    String describe(int error);

    void close();
}
