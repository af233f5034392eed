package dev.microphone.transport.frame;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A stream's name, {@code tenant/site/device/source}, and the id that frames carry for it.
 *
 * @param value four parts, each of 1 to 63 letters, digits, dots, dashes and underscores
 */
public record StreamName(String value) {
    private static final String PART = "[A-Za-z0-9._-]{1,63}";
    private static final String BACKFILL_SUFFIX = ".backfill";
    private static final Pattern FORM = Pattern.compile(PART + "(/" + PART + "){3}");

    public StreamName {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("stream name '" + value
                    + "': must be tenant/site/device/source, each part 1 to 63 of letters, digits, '.', '-', '_'");
        }
    }

    /** The name, or null where the text is none: for what comes from outside. */
    public static @Nullable StreamName ofText(String text) {
        return FORM.matcher(text).matches() ? new StreamName(text) : null;
    }

    /**
     * The stream in which frames of this one go that come too late to be heard live; epochs, sequences and capture times
     * are the same.
     *
     * @return null where the name is so long that the other would be none
     */
    public @Nullable StreamName backfill() {
        return ofText(value + BACKFILL_SUFFIX);
    }

    /**
     * The id, the same on every host and for good: FNV-1a, 64 bits, over the UTF-8 name, finished by MurmurHash3's mixer
     * so that names which differ in their last letter differ in every bit (key groups are made from it).
     *
     * @see <a href="http://www.isthe.com/chongo/tech/comp/fnv/">FNV</a>
     */
    public long streamId() {
        long hash = 0xcbf29ce484222325L;
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    @Override
    public String toString() {
        return value;
    }
}
