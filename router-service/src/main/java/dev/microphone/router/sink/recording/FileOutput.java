package dev.microphone.router.sink.recording;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A new file.
 *
 * <p>A {@link RandomAccessFile} and not a channel: an interrupt of the thread closes a channel, and the recording with
 * it. Each append is one system call, so what was appended survives the death of the process (not of the machine).
 */
public final class FileOutput implements RecordingOutput {
    private final RandomAccessFile file;
    private long length;

    /** @throws FileAlreadyExistsException when there is something of that name: a recording is never overwritten */
    public FileOutput(Path path) throws IOException {
        Files.createFile(path);
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    /** The reason within a message of the file system, without the path that it may begin with. */
    static String reason(IOException e) {
        if (e instanceof FileAlreadyExistsException) {
            return "exists already";
        }
        if (e instanceof FileSystemException fileSystem && fileSystem.getReason() != null) {
            return fileSystem.getReason();
        }
        return e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
    }

    @Override
    public void append(byte[] bytes, int offset, int count) throws IOException {
        file.seek(length);
        file.write(bytes, offset, count);
        length += count;
    }

    @Override
    public void overwrite(long position, byte[] bytes, int offset, int count) throws IOException {
        file.seek(position);
        file.write(bytes, offset, count);
    }

    @Override
    public void truncate(long newLength) throws IOException {
        file.setLength(newLength);
        length = newLength;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
