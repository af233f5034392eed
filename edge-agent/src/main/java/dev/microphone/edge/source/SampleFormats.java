package dev.microphone.edge.source;

import dev.microphone.edge.SampleEncoding;
import java.util.Map;

/** Encodings under the names that ffmpeg gives them. */
final class SampleFormats {
    static final Map<String, SampleEncoding> BY_NAME = Map.of(
            "u8", SampleEncoding.U8,
            "s16le", SampleEncoding.S16,
            "s24le", SampleEncoding.S24,
            "s32le", SampleEncoding.S32,
            "f32le", SampleEncoding.F32,
            "f64le", SampleEncoding.F64);

    private SampleFormats() {}
}
