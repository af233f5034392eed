package dev.microphone.router.sink.recording;

import java.io.IOException;

/** The bytes of one recording, or a test's disk that is full. */
public interface RecordingOutput {
    void append(byte[] bytes, int offset, int length) throws IOException;

    /** Replaces bytes that are there already: works on a full disk. */
    void overwrite(long position, byte[] bytes, int offset, int length) throws IOException;

    /** Cuts off what follows; the next append goes there. */
    void truncate(long length) throws IOException;

    void close() throws IOException;
}
