package dev.microphone.edge.source;

import dev.microphone.edge.PcmFormat;
import dev.microphone.transport.frame.ClockQuality;
import java.util.List;

/**
 * A stream of interleaved PCM. Used by one thread at a time: whoever opened it may hand it to a capture thread, which
 * then reads and closes it.
 */
public interface AudioSource extends AutoCloseable {
    /** What {@link #lengthSamples()} says when nobody knows. */
    long UNKNOWN_LENGTH = -1;

    /** The same from opening to closing. */
    PcmFormat format();

    /**
     * Waits for samples and copies them, in whole blocks (one sample of every channel).
     *
     * <p>A source that waits (a device, a pipe, a paced file) stops waiting soon after its thread is interrupted, and
     * then returns what it has or −1. Allocates nothing.
     *
     * @param length bytes wanted, at least one block; the source may return less
     * @return bytes written to {@code target}, a multiple of the block length and more than 0; −1 at the end
     * @throws SourceException when no more can be read; the source must then be closed
     */
    int read(byte[] target, int offset, int length) throws SourceException;

    /** Of the first sample that the last read returned, ns since the Unix epoch (or since the file's beginning). */
    long captureTimeNs();

    /** How far {@link #captureTimeNs()} can be trusted. */
    ClockQuality clockQuality();

    /** How often the device overran since opening: each time, an unknown number of samples was lost before a read. */
    default long xruns() {
        return 0;
    }

    /** Whether sound goes on while nobody reads, so that waiting loses it. False for files: those can wait. */
    default boolean isLive() {
        return false;
    }

    /** Samples of one channel from beginning to end, or {@link #UNKNOWN_LENGTH}. */
    default long lengthSamples() {
        return UNKNOWN_LENGTH;
    }

    /** One line each about what is odd but readable, such as a header that lies about its size. */
    default List<String> warnings() {
        return List.of();
    }

    /** Releases device or file. Closing twice does no harm. */
    @Override
    void close();
}
