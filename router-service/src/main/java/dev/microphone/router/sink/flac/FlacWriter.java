package dev.microphone.router.sink.flac;

import dev.microphone.router.sink.recording.AudioWriter;
import dev.microphone.router.sink.recording.RecordingOutput;
import dev.microphone.transport.frame.CanonicalAudio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A FLAC file: "fLaC", one STREAMINFO block, frames of 4,096 samples, the last one shorter.
 *
 * <p>While it grows, STREAMINFO says "length unknown", which every decoder plays to the end; {@link #close} fills in the
 * number of samples and the MD5 of the audio. Each frame is one write, so a file whose process was killed ends with a
 * whole frame: at most 85 ms before the last sample that came in. Bit-exact.
 */
final class FlacWriter implements AudioWriter {
    private static final int STREAM_INFO_LENGTH = 34;
    private static final int HEADER_LENGTH = 4 + 4 + STREAM_INFO_LENGTH;
    private static final int LAST_METADATA_BLOCK = 0x80;
    private static final int BLOCK_LENGTH = FlacEncoder.BLOCK_SAMPLES * CanonicalAudio.BLOCK_LENGTH;
    private static final int MD5_LENGTH = 16;

    private final RecordingOutput output;
    private final FlacEncoder encoder;
    private final MessageDigest md5;
    private final byte[] block = new byte[BLOCK_LENGTH];
    private int blockFill;
    private long frames;
    private long samples;
    private long fileLength = HEADER_LENGTH;
    private int shortestFrame = Integer.MAX_VALUE;
    private int longestFrame;
    private boolean failed;

    /** @param encoder working memory that this file shares with others on the same thread */
    FlacWriter(RecordingOutput output, FlacEncoder encoder) throws IOException {
        this.output = output;
        this.encoder = encoder;
        try {
            this.md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
        output.append(header(0, 0, 0, new byte[MD5_LENGTH]), 0, HEADER_LENGTH);
    }

    @Override
    public void write(byte[] pcm, int offset, int lengthBytes) throws IOException {
        int position = offset;
        int end = offset + lengthBytes;
        while (position < end) {
            int count = Math.min(end - position, BLOCK_LENGTH - blockFill);
            System.arraycopy(pcm, position, block, blockFill, count);
            blockFill += count;
            position += count;
            if (blockFill == BLOCK_LENGTH) {
                encodeBlock();
            }
        }
    }

    private void encodeBlock() throws IOException {
        int blockSamples = blockFill / CanonicalAudio.BLOCK_LENGTH;
        encoder.encode(block, blockSamples, frames);
        try {
            output.append(encoder.bytes(), 0, encoder.length());
        } catch (IOException e) {
            failed = true;
            throw e;
        }
        md5.update(block, 0, blockFill);
        fileLength += encoder.length();
        shortestFrame = Math.min(shortestFrame, encoder.length());
        longestFrame = Math.max(longestFrame, encoder.length());
        frames++;
        samples += blockSamples;
        blockFill = 0;
    }

    /** Nothing to do: whole frames are in the file, and a shorter one may only come last. */
    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {
        try {
            if (!failed && blockFill > 0) {
                encodeBlock();
            }
        } finally {
            finish();
        }
    }

    private void finish() throws IOException {
        try {
            // A write that failed half-way left part of a frame.
            output.truncate(fileLength);
            byte[] header = header(frames == 0 ? 0 : shortestFrame, longestFrame, samples, md5.digest());
            output.overwrite(0, header, 0, HEADER_LENGTH);
        } finally {
            output.close();
        }
    }

    @Override
    public long savedSamples() {
        return samples;
    }

    /** RFC 9639, section 8.2; zeros mean "unknown". */
    private static byte[] header(int shortestFrame, int longestFrame, long samples, byte[] md5) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH);
        header.put("fLaC".getBytes(StandardCharsets.US_ASCII));
        header.putInt(LAST_METADATA_BLOCK << 24 | STREAM_INFO_LENGTH);
        header.putShort((short) FlacEncoder.BLOCK_SAMPLES).putShort((short) FlacEncoder.BLOCK_SAMPLES);
        header.put((byte) (shortestFrame >> 16)).putShort((short) shortestFrame);
        header.put((byte) (longestFrame >> 16)).putShort((short) longestFrame);
        header.putLong((long) CanonicalAudio.SAMPLE_RATE_HZ << 44
                | (CanonicalAudio.CHANNELS - 1L) << 41
                | (FlacEncoder.SAMPLE_BITS - 1L) << 36
                | samples);
        return header.put(md5).array();
    }
}
