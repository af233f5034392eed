package dev.microphone.standalone.dump;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A WAV file of any of the formats that sources give. The sizes in its header are brought up to date each mebibyte, so
 * that a file whose process was killed plays up to there. Owned by the dump's thread.
 *
 * <pre>
 *  0  "RIFF"  size  "WAVE"
 * 12  "fmt "  18    tag, channels, rate, bytes a second, bytes a block, bits, length of the extension: 0
 * 38  "data"  size  samples
 * </pre>
 */
final class DumpFile implements AutoCloseable {
    private static final int HEADER_LENGTH = 46;
    private static final int FORMAT_LENGTH = 18;
    private static final int PCM = 1;
    private static final int IEEE_FLOAT = 3;
    private static final int UPDATE_INTERVAL_BYTES = 1 << 20;

    private final PcmFormat format;
    private final RandomAccessFile file;
    private long dataLength;
    private long lengthInHeader;

    DumpFile(Path path, PcmFormat format) throws IOException {
        this.format = format;
        Files.createFile(path);
        file = new RandomAccessFile(path.toFile(), "rw");
        writeHeader();
    }

    void write(byte[] pcm, int length) throws IOException {
        file.write(pcm, 0, length);
        dataLength += length;
        if (dataLength - lengthInHeader >= UPDATE_INTERVAL_BYTES) {
            writeHeader();
        }
    }

    private void writeHeader() throws IOException {
        SampleEncoding encoding = format.encoding();
        boolean isFloat = encoding == SampleEncoding.F32 || encoding == SampleEncoding.F64;
        ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        header.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt((int) (HEADER_LENGTH - 8 + dataLength));
        header.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(FORMAT_LENGTH);
        header.putShort((short) (isFloat ? IEEE_FLOAT : PCM)).putShort((short) format.channels());
        header.putInt(format.sampleRateHz()).putInt(format.sampleRateHz() * format.blockLength());
        header.putShort((short) format.blockLength()).putShort((short) encoding.bits());
        header.putShort((short) 0);
        header.put("data".getBytes(StandardCharsets.US_ASCII)).putInt((int) dataLength);
        file.seek(0);
        file.write(header.array());
        file.seek(HEADER_LENGTH + dataLength);
        lengthInHeader = dataLength;
    }

    @Override
    public void close() throws IOException {
        try {
            writeHeader();
        } finally {
            file.close();
        }
    }
}
