package dev.microphone.router.sink.wav;

import dev.microphone.router.sink.recording.AudioWriter;
import dev.microphone.router.sink.recording.RecordingOutput;
import dev.microphone.transport.frame.CanonicalAudio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A RIFF/WAVE file that becomes RF64 when it outgrows 4 GiB (EBU Tech 3306).
 *
 * <pre>
 *  0  "RIFF"  size              or "RF64" 0xFFFFFFFF
 *  8  "WAVE"
 * 12  "JUNK"  28  (zeros)       or "ds64" 28  riff size, data size, samples per channel: 8 bytes each; table: 4
 * 48  "fmt "  16  PCM, 2 channels, 48,000 Hz, 192,000 bytes/s, 4 bytes a block, 16 bits
 * 72  "data"  size              or 0xFFFFFFFF
 * 80  samples
 * </pre>
 *
 * <p>The sizes in the header are brought up to date by every {@link #flush}, so a file whose process was killed plays up
 * to the last one.
 *
 * @see <a href="https://tech.ebu.ch/docs/tech/tech3306.pdf">EBU Tech 3306</a>
 */
final class WavWriter implements AudioWriter {
    static final int HEADER_LENGTH = 80;
    /** The largest chunk size that is a size: all ones mean "see ds64". */
    private static final long MAX_RIFF_LENGTH = 0xFFFF_FFFEL;

    private static final int DS64_LENGTH = 28;
    private static final int FORMAT_LENGTH = 16;
    private static final int PCM = 1;
    private static final int NAME_AND_SIZE_LENGTH = 8;

    private final RecordingOutput output;
    private final long maxRiffLength;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private long dataLength;
    private long lengthInHeader = -1;

    WavWriter(RecordingOutput output) throws IOException {
        this(output, MAX_RIFF_LENGTH);
    }

    /** @param maxRiffLength the RIFF size beyond which the file is RF64; smaller in tests */
    WavWriter(RecordingOutput output, long maxRiffLength) throws IOException {
        this.output = output;
        this.maxRiffLength = maxRiffLength;
        fillHeader();
        output.append(header.array(), 0, HEADER_LENGTH);
        lengthInHeader = 0;
    }

    @Override
    public void write(byte[] pcm, int offset, int lengthBytes) throws IOException {
        output.append(pcm, offset, lengthBytes);
        dataLength += lengthBytes;
    }

    @Override
    public void flush() throws IOException {
        if (lengthInHeader != dataLength) {
            fillHeader();
            output.overwrite(0, header.array(), 0, HEADER_LENGTH);
            lengthInHeader = dataLength;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            // A write that failed half-way left bytes that are in no header.
            output.truncate(HEADER_LENGTH + dataLength);
            flush();
        } finally {
            output.close();
        }
    }

    @Override
    public long savedSamples() {
        return dataLength / CanonicalAudio.BLOCK_LENGTH;
    }

    private void fillHeader() {
        long riffLength = HEADER_LENGTH - NAME_AND_SIZE_LENGTH + dataLength;
        boolean isLong = riffLength > maxRiffLength;
        header.clear();
        chunk(isLong ? "RF64" : "RIFF", isLong ? -1 : (int) riffLength);
        header.put("WAVE".getBytes(StandardCharsets.US_ASCII));
        chunk(isLong ? "ds64" : "JUNK", DS64_LENGTH);
        header.putLong(isLong ? riffLength : 0);
        header.putLong(isLong ? dataLength : 0);
        header.putLong(isLong ? savedSamples() : 0);
        header.putInt(0);
        chunk("fmt ", FORMAT_LENGTH);
        header.putShort((short) PCM);
        header.putShort((short) CanonicalAudio.CHANNELS);
        header.putInt(CanonicalAudio.SAMPLE_RATE_HZ);
        header.putInt(CanonicalAudio.SAMPLE_RATE_HZ * CanonicalAudio.BLOCK_LENGTH);
        header.putShort((short) CanonicalAudio.BLOCK_LENGTH);
        header.putShort((short) (CanonicalAudio.BYTES_PER_SAMPLE * Byte.SIZE));
        chunk("data", isLong ? -1 : (int) dataLength);
    }

    private void chunk(String name, int length) {
        header.put(name.getBytes(StandardCharsets.US_ASCII)).putInt(length);
    }
}
