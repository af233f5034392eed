package dev.microphone.router.sink.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Where recordings go and what they are called.
 *
 * @param path the file, or the folder
 * @param isFolder whether each run of each stream gets a file of its own in the folder
 * @param ending the file name's ending, with its dot
 */
record RecordingTarget(Path path, boolean isFolder, String ending) {
    private static final DateTimeFormatter START_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    /**
     * @param target what follows the colon of a sink's URI; a folder ends with a slash, or is one already
     * @throws IOException when the folder cannot be made or the file exists already
     */
    static RecordingTarget open(String scheme, String target, String ending) throws IOException {
        if (target.isEmpty()) {
            throw new IllegalArgumentException(
                    "sink '" + scheme + ":': say where to: " + scheme + ":FILE or " + scheme + ":FOLDER/");
        }
        Path path = Path.of(target);
        boolean isFolder = target.endsWith("/") || Files.isDirectory(path);
        Path folder = isFolder ? path : path.toAbsolutePath().getParent();
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new IOException("cannot make the folder " + folder + ": " + FileOutput.reason(e), e);
        }
        if (!isFolder && Files.exists(path)) {
            throw new IOException(path + " exists already, and a recording is never overwritten: name another file, or"
                    + " a folder (" + scheme + ":FOLDER/)");
        }
        return new RecordingTarget(path, isFolder, ending);
    }

    /**
     * A file that does not exist yet.
     *
     * @param streamName parts of letters, digits, dots, dashes and underscores, with slashes between them
     */
    Path newFile(String streamName, Instant start) {
        Path first =
                isFolder ? path.resolve(streamName.replace('/', '_') + "_" + START_TIME.format(start) + ending) : path;
        Path candidate = first;
        for (int part = 2; Files.exists(candidate); part++) {
            candidate = first.resolveSibling(numbered(String.valueOf(first.getFileName()), part));
        }
        return candidate;
    }

    private String numbered(String fileName, int part) {
        String stem = fileName.endsWith(ending) ? fileName.substring(0, fileName.length() - ending.length()) : fileName;
        return stem + "-" + part + (fileName.endsWith(ending) ? ending : "");
    }
}
