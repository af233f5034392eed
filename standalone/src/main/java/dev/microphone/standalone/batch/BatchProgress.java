package dev.microphone.standalone.batch;

import java.nio.file.Path;

/** Is told how a batch goes. Called by all of its threads. */
public interface BatchProgress {
    /**
     * More was read.
     *
     * @param bytes of the input file
     * @param audioNs how long that sounds
     */
    void advanced(Path input, long bytes, long audioNs);

    /** Something odd that did not stop the file. */
    void warned(Path input, String warning);

    /** The file could not be processed; the others go on. */
    void failed(Path input, String reason);
}
