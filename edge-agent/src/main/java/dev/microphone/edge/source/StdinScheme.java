package dev.microphone.edge.source;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import org.jspecify.annotations.Nullable;

/** {@code stdin:}, raw PCM from standard input. */
final class StdinScheme implements SourceScheme {
    @Override
    public String name() {
        return "stdin";
    }

    @Override
    public String usage() {
        return "stdin:?rate=48000&channels=1&format=u8|s16le|s24le|s32le|f32le|f64le[&live]";
    }

    @Override
    public SourceOpener conclude(String target, SourceOptions options) {
        if (!target.isEmpty()) {
            throw options.refuse("'" + target + "' after stdin: is not allowed");
        }
        // No defaults: raw bytes read in the wrong format are loud noise, and nothing in them says so.
        for (String key : new String[] {"rate", "channels", "format"}) {
            if (!options.has(key)) {
                throw options.refuse("option " + key + " is missing");
            }
        }
        int rateHz = options.integer("rate", 0, PcmFormat.MIN_SAMPLE_RATE_HZ, PcmFormat.MAX_SAMPLE_RATE_HZ);
        int channels = options.integer("channels", 0, 1, PcmFormat.MAX_CHANNELS);
        @Nullable
        SampleEncoding encoding = options.<@Nullable SampleEncoding>choice("format", null, SampleFormats.BY_NAME);
        if (encoding == null) {
            throw options.refuse("option format is missing");
        }
        boolean live = options.flag("live");
        PcmFormat format = new PcmFormat(rateHz, channels, encoding);
        // A channel and not System.in, because an interrupt ends its wait.
        return () -> new RawSource("stdin", format, live, new FileInputStream(FileDescriptor.in).getChannel());
    }
}
