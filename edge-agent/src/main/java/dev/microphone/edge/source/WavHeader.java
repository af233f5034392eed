package dev.microphone.edge.source;

import dev.microphone.edge.PcmFormat;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a WAV file says of itself, checked against the file as it is. RIFF, and RF64/BW64 (EBU Tech 3306) for more than
 * 4 GiB.
 *
 * <p>A data chunk that claims more than the file has is read to the file's end, with a warning; one whose length was
 * never filled in, because the writer could not seek (0, or about 2 or 4 GiB from ffmpeg, sox and arecord into a pipe),
 * is read to the end without one. Other contradictions are refused.
 *
 * @param dataOffset of the first sample in the file
 * @param dataLength of all whole blocks, bytes; more than 0
 */
record WavHeader(PcmFormat format, long dataOffset, long dataLength, List<String> warnings) {
    /** Real files have about ten; more is noise taken for chunks. */
    private static final int MAX_CHUNKS = 1_000;

    private static final int RIFF_HEADER_LENGTH = 12;
    private static final int CHUNK_HEADER_LENGTH = 8;
    /** RIFF size, data size, sample count. */
    private static final int DS64_LENGTH = 24;

    private static final long UNFINISHED = 0xFFFF_FFFFL;
    /** sox writes 0x7FFFF000, arecord 0x7FFFFFFF or 0x80000000, ffmpeg 0xFFFFFFFF, each perhaps less its header. */
    private static final long STREAMED_SLACK = 0x1100;

    static WavHeader read(String name, RandomAccessFile file) throws IOException {
        return new Reader(name, file).read();
    }

    private static final class Reader {
        private final String name;
        private final RandomAccessFile file;
        private final long fileLength;
        private final List<String> warnings = new ArrayList<>();
        private @Nullable PcmFormat format;
        private long longDataLength = UNFINISHED;

        Reader(String name, RandomAccessFile file) throws IOException {
            this.name = name;
            this.file = file;
            this.fileLength = file.length();
        }

        WavHeader read() throws IOException {
            if (fileLength == 0) {
                throw new SourceException(name, "is empty: a WAV file begins with 'RIFF'");
            }
            if (fileLength < RIFF_HEADER_LENGTH) {
                throw cutOff(0, "the header", RIFF_HEADER_LENGTH);
            }
            ByteBuffer riff = bytes(0, RIFF_HEADER_LENGTH);
            String id = id(riff, 0);
            if (!id.equals("RIFF") && !id.equals("RF64") && !id.equals("BW64")) {
                throw new SourceException(
                        name, "is not a WAV file: begins with '" + printable(id) + "', allowed: RIFF, RF64, BW64");
            }
            if (!id(riff, 8).equals("WAVE")) {
                throw new SourceException(
                        name, "is not a WAV file: '" + printable(id(riff, 8)) + "' at offset 8, allowed: WAVE");
            }
            long offset = RIFF_HEADER_LENGTH;
            for (int chunks = 0; chunks < MAX_CHUNKS; chunks++) {
                if (offset == fileLength || offset == fileLength + 1) {
                    throw new SourceException(name, "no 'data' chunk up to the file's end at offset " + fileLength);
                }
                if (fileLength - offset < CHUNK_HEADER_LENGTH) {
                    throw cutOff(offset, "a chunk header", CHUNK_HEADER_LENGTH);
                }
                ByteBuffer header = bytes(offset, CHUNK_HEADER_LENGTH);
                String chunkId = id(header, 0);
                long length = Integer.toUnsignedLong(header.getInt(4));
                long content = offset + CHUNK_HEADER_LENGTH;
                if (chunkId.equals("data")) {
                    return conclude(content, length);
                }
                if (length > fileLength - content) {
                    throw cutOff(content, "the '" + printable(chunkId) + "' chunk", length);
                }
                if (chunkId.equals("fmt ")) {
                    format = format(content, length);
                } else if (chunkId.equals("ds64")) {
                    longDataLength = longDataLength(content, length);
                }
                offset = content + padded(length);
            }
            throw new SourceException(name, "no 'data' chunk among the first " + MAX_CHUNKS + " chunks");
        }

        private PcmFormat format(long content, long length) throws IOException {
            if (length < WavFormatChunk.MIN_LENGTH) {
                throw new SourceException(
                        name,
                        "the 'fmt ' chunk at offset " + content + " has " + length + " bytes: allowed: at least "
                                + WavFormatChunk.MIN_LENGTH);
            }
            int kept = (int) Math.min(length, WavFormatChunk.EXTENSIBLE_LENGTH);
            return new WavFormatChunk(name, content, bytes(content, kept)).parse();
        }

        private long longDataLength(long content, long length) throws IOException {
            if (length < DS64_LENGTH) {
                throw new SourceException(
                        name,
                        "the 'ds64' chunk at offset " + content + " has " + length + " bytes: allowed: at least "
                                + DS64_LENGTH);
            }
            return bytes(content, DS64_LENGTH).getLong(8);
        }

        private WavHeader conclude(long content, long shortLength) throws IOException {
            PcmFormat found = format;
            if (found == null) {
                throw new SourceException(
                        name, "no 'fmt ' chunk before the 'data' chunk at offset " + (content - CHUNK_HEADER_LENGTH));
            }
            long there = fileLength - content;
            long claimed = shortLength == UNFINISHED ? longDataLength : shortLength;
            boolean unfinished = (isStreamed(claimed) && claimed > there) || (claimed == 0 && !chunksFollow(content));
            if (!unfinished && (claimed < 0 || claimed > there)) {
                warnings.add(name + ": the header says " + Long.toUnsignedString(claimed)
                        + " bytes of samples, the file has " + there + ": read to its end");
            } else if (!unfinished && claimed < there && !chunksFollow(content + padded(claimed))) {
                warnings.add(name + ": the header says " + claimed + " bytes of samples, the file goes on for "
                        + (there - claimed) + " more: those were not read");
            }
            long usable = unfinished || claimed < 0 ? there : Math.min(claimed, there);
            int rest = (int) (usable % found.blockLength());
            if (usable == rest) {
                throw new SourceException(
                        name, "has no samples: the 'data' chunk at offset " + content + " holds " + usable + " bytes");
            }
            if (rest != 0) {
                warnings.add(name + ": ends inside a sample: the last " + rest + " bytes of a block of "
                        + found.blockLength() + " were left out");
            }
            return new WavHeader(found, content, usable - rest, List.copyOf(warnings));
        }

        private static boolean isStreamed(long claimed) {
            return (claimed <= UNFINISHED && claimed > UNFINISHED - STREAMED_SLACK)
                    || (claimed <= 0x8000_0000L && claimed > 0x8000_0000L - STREAMED_SLACK);
        }

        /** Whether nothing, or something that looks like a chunk and fits, stands there. */
        private boolean chunksFollow(long offset) throws IOException {
            if (offset >= fileLength) {
                return true;
            }
            if (fileLength - offset < CHUNK_HEADER_LENGTH) {
                return false;
            }
            ByteBuffer header = bytes(offset, CHUNK_HEADER_LENGTH);
            return printable(id(header, 0)).equals(id(header, 0))
                    && Integer.toUnsignedLong(header.getInt(4)) <= fileLength - offset - CHUNK_HEADER_LENGTH;
        }

        private SourceException cutOff(long offset, String what, long lengthBytes) {
            return new SourceException(
                    name,
                    "is cut off: " + what + " at offset " + offset + " needs " + lengthBytes + " bytes, the file has "
                            + (fileLength - offset));
        }

        private ByteBuffer bytes(long offset, int length) throws IOException {
            byte[] bytes = new byte[length];
            file.seek(offset);
            file.readFully(bytes);
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        private static String id(ByteBuffer buffer, int index) {
            byte[] letters = new byte[4];
            buffer.get(index, letters);
            return new String(letters, StandardCharsets.ISO_8859_1);
        }

        private static String printable(String id) {
            return id.replaceAll("[^ -~]", "?");
        }

        /** Chunks begin at even offsets. */
        private static long padded(long length) {
            return length + (length & 1);
        }
    }
}
