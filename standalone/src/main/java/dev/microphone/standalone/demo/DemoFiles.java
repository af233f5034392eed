package dev.microphone.standalone.demo;

import dev.microphone.transport.frame.StreamName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The demo's results under names that say what they are; the sinks name their files by stream and time.
 *
 * @param folder of the results
 * @param recordings where the sinks write, gone afterwards
 */
record DemoFiles(Path folder, Path recordings, StreamName before, StreamName after) {
    private static final List<String> ENDINGS = List.of(".wav", ".flac");

    static DemoFiles prepare(Path folder, StreamName before, StreamName after) throws IOException {
        return new DemoFiles(folder, Files.createTempDirectory(folder, "recording"), before, after);
    }

    /** After the sinks have closed: gives the recordings their names. */
    void collect() throws IOException {
        for (String ending : ENDINGS) {
            move(before, "before" + ending);
            move(after, "after" + ending);
        }
        Files.delete(recordings);
    }

    private void move(StreamName stream, String name) throws IOException {
        String ending = name.substring(name.lastIndexOf('.'));
        String prefix = stream.value().replace('/', '_');
        List<Path> found;
        try (Stream<Path> files = Files.list(recordings)) {
            found = files.filter(file -> file.getFileName().toString().startsWith(prefix)
                            && file.getFileName().toString().endsWith(ending))
                    .toList();
        }
        if (found.size() != 1) {
            throw new IllegalStateException(stream + " was recorded in " + found.size() + " files of type " + ending
                    + " in " + recordings + ": expected 1");
        }
        Files.move(found.get(0), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    Path beforeWav() {
        return folder.resolve("before.wav");
    }

    Path afterWav() {
        return folder.resolve("after.wav");
    }

    Path spectrograms() {
        return folder.resolve("spectrograms.png");
    }
}
