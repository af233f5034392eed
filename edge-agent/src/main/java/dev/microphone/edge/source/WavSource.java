package dev.microphone.edge.source;

import dev.microphone.edge.PcmFormat;
import dev.microphone.transport.frame.ClockQuality;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A WAV file, read as fast as it is asked for; what it accepts is in {@link WavHeader}. */
public final class WavSource implements AudioSource {
    private final Path path;
    private final boolean loop;
    private final RandomAccessFile file;
    private final WavHeader header;
    private long position;
    private long samples;
    private long firstSample;

    private WavSource(Path path, boolean loop, RandomAccessFile file, WavHeader header) {
        this.path = path;
        this.loop = loop;
        this.file = file;
        this.header = header;
    }

    /** Opens a file to be read once, from beginning to end. */
    public static WavSource open(Path path) throws SourceException {
        return open(path, false);
    }

    static WavSource open(Path path, boolean loop) throws SourceException {
        if (!Files.exists(path)) {
            throw new SourceException(path.toString(), "no such file");
        }
        if (!Files.isRegularFile(path)) {
            throw new SourceException(
                    path.toString(),
                    Files.isDirectory(path)
                            ? "is a folder: allowed are WAV files"
                            : "is not a regular file: a pipe is read with stdin:");
        }
        if (!Files.isReadable(path)) {
            throw new SourceException(path.toString(), "may not be read (permission denied)");
        }
        try {
            return open(path, loop, new RandomAccessFile(path.toFile(), "r"));
        } catch (SourceException e) {
            throw e;
        } catch (IOException e) {
            throw new SourceException(path.toString(), "cannot be opened: " + e.getMessage(), e);
        }
    }

    private static WavSource open(Path path, boolean loop, RandomAccessFile file) throws IOException {
        boolean opened = false;
        try {
            WavHeader header = WavHeader.read(path.toString(), file);
            file.seek(header.dataOffset());
            opened = true;
            return new WavSource(path, loop, file, header);
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws SourceException {
        int blockLength = format().blockLength();
        if (loop && position == header.dataLength()) {
            rewind();
        }
        int wanted = (int) Math.min(length - length % blockLength, header.dataLength() - position);
        int read = 0;
        try {
            while (read < wanted) {
                int count = file.read(target, offset + read, wanted - read);
                if (count < 0) {
                    throw new SourceException(
                            path.toString(),
                            "became shorter while it was read: ends at offset "
                                    + (header.dataOffset() + position + read));
                }
                read += count;
            }
        } catch (SourceException e) {
            throw e;
        } catch (IOException e) {
            throw new SourceException(
                    path.toString(),
                    "cannot be read at offset " + (header.dataOffset() + position) + ": " + e.getMessage(),
                    e);
        }
        if (read == 0) {
            return -1;
        }
        firstSample = samples;
        position += read;
        samples += read / blockLength;
        return read;
    }

    private void rewind() throws SourceException {
        try {
            file.seek(header.dataOffset());
        } catch (IOException e) {
            throw new SourceException(path.toString(), "cannot be read again: " + e.getMessage(), e);
        }
        position = 0;
    }

    @Override
    public PcmFormat format() {
        return header.format();
    }

    /** The position since opening, ns; in a loop it goes on growing. */
    @Override
    public long captureTimeNs() {
        return SampleTime.durationNs(firstSample, format().sampleRateHz());
    }

    @Override
    public ClockQuality clockQuality() {
        return ClockQuality.FILE_POSITION;
    }

    @Override
    public long lengthSamples() {
        return loop ? UNKNOWN_LENGTH : header.dataLength() / format().blockLength();
    }

    @Override
    public List<String> warnings() {
        return header.warnings();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // Only read from: nothing can be lost by it.
        }
    }
}
