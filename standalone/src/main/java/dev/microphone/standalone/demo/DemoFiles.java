package dev.microphone.standalone.demo;

import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the demo leaves in its folder. */
record DemoFiles(Path folder) {
    /**
     * Makes the folder, and takes away the recordings of an earlier demo: a sink never overwrites.
     *
     * @throws UserError when that cannot be done
     */
    static DemoFiles prepare(Path folder) {
        DemoFiles files = new DemoFiles(folder);
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(files.afterWav());
            Files.deleteIfExists(files.afterFlac());
        } catch (IOException e) {
            throw UserError.failed(
                    "cannot write to the folder " + folder + " (" + e + "): choose another with --out", e);
        }
        return files;
    }

    /** What the microphone hears. */
    Path beforeWav() {
        return folder.resolve("before.wav");
    }

    Path afterWav() {
        return folder.resolve("after.wav");
    }

    Path afterFlac() {
        return folder.resolve("after.flac");
    }

    Path spectrograms() {
        return folder.resolve("spectrograms.png");
    }
}
