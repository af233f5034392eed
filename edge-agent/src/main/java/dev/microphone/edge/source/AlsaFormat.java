package dev.microphone.edge.source;

import dev.microphone.edge.SampleEncoding;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * ALSA's sample formats that are read here. In the order in which they are tried: most bits first, because the gain
 * control lifts quiet microphones and with them what was rounded off. Values: {@code snd_pcm_format_t} in pcm.h.
 */
enum AlsaFormat {
    /** Also what I2S microphones deliver, 18 or 24 bits left-justified. */
    S32_LE("s32le", 10, SampleEncoding.S32),
    S24_3LE("s24le", 32, SampleEncoding.S24),
    /** 24 bits at the bottom of 32; what is above them is undefined. Read as S32. */
    S24_LE("s24in32le", 6, SampleEncoding.S32),
    S16_LE("s16le", 2, SampleEncoding.S16),
    FLOAT_LE("f32le", 14, SampleEncoding.F32),
    U8("u8", 1, SampleEncoding.U8);

    static final Map<String, AlsaFormat> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(AlsaFormat::optionName, Function.identity()));

    private final String optionName;
    private final int value;
    private final SampleEncoding encoding;

    AlsaFormat(String optionName, int value, SampleEncoding encoding) {
        this.optionName = optionName;
        this.value = value;
        this.encoding = encoding;
    }

    static String names() {
        return Arrays.stream(values()).map(AlsaFormat::optionName).collect(Collectors.joining("|"));
    }

    String optionName() {
        return optionName;
    }

    int value() {
        return value;
    }

    SampleEncoding encoding() {
        return encoding;
    }
}
