package dev.microphone.edge.source;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code fmt } chunk: WAVEFORMATEX and WAVEFORMATEXTENSIBLE, little-endian.
 *
 * <pre>
 *  0  u16 format tag        8  u32 bytes per second   16  u16 extension length   20  u32 channel mask
 *  2  u16 channels         12  u16 block align        18  u16 valid bits         24  16 bytes sub-format GUID
 *  4  u32 sample rate      14  u16 bits per sample
 * </pre>
 *
 * Fewer valid bits than the container holds lie at its top (left-justified), so the container's encoding is right for
 * them. See Microsoft, "Multiple Channel Audio Data and WAVE Files".
 */
final class WavFormatChunk {
    static final int MIN_LENGTH = 16;
    static final int EXTENSIBLE_LENGTH = 40;

    private static final int TAG_PCM = 1;
    private static final int TAG_FLOAT = 3;
    private static final int TAG_EXTENSIBLE = 0xFFFE;
    /** Behind the format tag, each sub-format GUID ends with these: xxxxxxxx-0000-0010-8000-00AA00389B71. */
    private static final long GUID_MIDDLE = 0x0010_0000L;

    private static final long GUID_END = 0x719B_3800_AA00_0080L;
    private static final Map<Integer, String> OTHER_TAGS = Map.of(
            2, "Microsoft ADPCM",
            6, "A-law",
            7, "mu-law",
            0x11, "IMA ADPCM",
            0x31, "GSM 6.10",
            0x50, "MPEG",
            0x55, "MP3");

    private final String file;
    private final long offset;
    private final ByteBuffer chunk;

    /**
     * @param offset where the chunk's content begins in the file
     * @param chunk little-endian, {@link #MIN_LENGTH} to {@link #EXTENSIBLE_LENGTH} bytes
     */
    WavFormatChunk(String file, long offset, ByteBuffer chunk) {
        this.file = file;
        this.offset = offset;
        this.chunk = chunk;
    }

    PcmFormat parse() throws SourceException {
        int tag = unsigned(0);
        int channels = unsigned(2);
        long rateHz = Integer.toUnsignedLong(chunk.getInt(4));
        int blockAlign = unsigned(12);
        int bits = unsigned(14);
        int channelMask = 0;
        if (tag == TAG_EXTENSIBLE) {
            if (chunk.limit() < EXTENSIBLE_LENGTH) {
                throw refuse(0, "extensible format in a 'fmt ' chunk of " + chunk.limit() + " bytes", "40 bytes");
            }
            tag = subFormat();
            // A mask that names more or fewer speakers than there are channels says nothing: default order.
            channelMask = Integer.bitCount(chunk.getInt(20)) == channels ? chunk.getInt(20) : 0;
        }
        if (channels < 1 || channels > PcmFormat.MAX_CHANNELS) {
            throw refuse(2, channels + " channels", "1 to " + PcmFormat.MAX_CHANNELS);
        }
        if (rateHz < PcmFormat.MIN_SAMPLE_RATE_HZ || rateHz > PcmFormat.MAX_SAMPLE_RATE_HZ) {
            throw refuse(
                    4,
                    "sample rate " + rateHz + " Hz",
                    PcmFormat.MIN_SAMPLE_RATE_HZ + " to " + PcmFormat.MAX_SAMPLE_RATE_HZ + " Hz");
        }
        PcmFormat format = new PcmFormat((int) rateHz, channels, encoding(tag, bits), channelMask);
        if (blockAlign != format.blockLength()) {
            throw refuse(
                    12,
                    "block align " + blockAlign + " contradicts " + channels + " channels of " + bits + " bits",
                    format.blockLength() + " bytes");
        }
        return format;
    }

    private int subFormat() throws SourceException {
        int tag = unsigned(24);
        // The sub-format's first four bytes are the tag; the rest is the same for all that Microsoft registered.
        boolean registered = unsigned(26) == 0
                && Integer.toUnsignedLong(chunk.getInt(28)) == GUID_MIDDLE
                && chunk.getLong(32) == GUID_END;
        if (!registered) {
            throw refuse(24, "an unknown sub-format GUID", "PCM and IEEE float");
        }
        return tag;
    }

    private SampleEncoding encoding(int tag, int bits) throws SourceException {
        SampleEncoding encoding = switch (tag) {
            case TAG_PCM -> integerEncoding(bits);
            case TAG_FLOAT -> floatEncoding(bits);
            default ->
                throw refuse(
                        0,
                        "format tag " + tag + (OTHER_TAGS.containsKey(tag) ? " (" + OTHER_TAGS.get(tag) + ")" : ""),
                        "1 (PCM), 3 (IEEE float) and 65534 (extensible)");
        };
        if (encoding == null) {
            throw refuse(
                    14,
                    bits + " bits per " + (tag == TAG_PCM ? "integer" : "float") + " sample",
                    tag == TAG_PCM ? "1 to 32" : "32 and 64");
        }
        return encoding;
    }

    private static @Nullable SampleEncoding integerEncoding(int bits) {
        return switch ((bits + 7) / 8) {
            case 1 -> SampleEncoding.U8;
            case 2 -> SampleEncoding.S16;
            case 3 -> SampleEncoding.S24;
            case 4 -> SampleEncoding.S32;
            default -> null;
        };
    }

    private static @Nullable SampleEncoding floatEncoding(int bits) {
        return switch (bits) {
            case 32 -> SampleEncoding.F32;
            case 64 -> SampleEncoding.F64;
            default -> null;
        };
    }

    private int unsigned(int index) {
        return Short.toUnsignedInt(chunk.getShort(index));
    }

    private SourceException refuse(int index, String found, String allowed) {
        return new SourceException(file, found + " at offset " + (offset + index) + ": allowed: " + allowed);
    }
}
