package dev.microphone.edge.spool;

import dev.microphone.transport.frame.Frame;

/**
 * The frames of one run of a stream, in the order in which they were captured. Each has an index, from 0, which it keeps.
 * One thread.
 */
public interface FrameStore extends AutoCloseable {
    /** Of the oldest frame kept; {@link #endIndex} when there is none. */
    long firstIndex();

    /** Of the frame that is appended next. */
    long endIndex();

    /**
     * Appends a sealed frame.
     *
     * @return false when it could not be kept, such as on a full disk
     */
    boolean append(Frame frame);

    /**
     * Reads a frame that is kept.
     *
     * @param index from {@link #firstIndex} to below {@link #endIndex}
     * @return false when it cannot be read any more; then it is as lost as one that was dropped
     */
    boolean read(long index, Frame target);

    /** Forgets all frames before that index. */
    void trimTo(long index);

    /** Notes for the next start that these frames go behind live ones, where it can; nothing more is appended. */
    void setAside();

    /** Notes for the next start that these frames are sent with another epoch than their own, where it can. */
    void sentWithEpoch(long epoch);

    /** Keeps what is kept for the next start, where it can. */
    @Override
    void close();

    /** Forgets everything, for good. */
    void delete();
}
