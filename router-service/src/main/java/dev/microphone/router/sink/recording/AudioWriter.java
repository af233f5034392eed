package dev.microphone.router.sink.recording;

import java.io.IOException;

/** Writes one file of canonical audio. Owned by the sink's thread. */
public interface AudioWriter {
    /** Appends samples: 48 kHz, s16le, stereo; a multiple of 4 bytes. */
    void write(byte[] pcm, int offset, int lengthBytes) throws IOException;

    /** Brings the file into a state in which it stays playable up to here when the process is killed now. */
    void flush() throws IOException;

    /** Finishes the file. After a failed write: leaves it readable with what could be written. */
    void close() throws IOException;

    /** Samples per channel that the file holds for certain. */
    long savedSamples();
}
