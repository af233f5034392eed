package dev.microphone.edge.source;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import java.util.Map;

/** {@code tone:}, a test signal. */
final class ToneScheme implements SourceScheme {
    @Override
    public String name() {
        return "tone";
    }

    @Override
    public String usage() {
        return "tone:[?wave=sine|white|pink|silence&hz=440&dbfs=-20&channels=1&rate=48000&seconds=10"
                + "&pace=realtime|live|fast]";
    }

    @Override
    public SourceOpener conclude(String target, SourceOptions options) {
        if (!target.isEmpty()) {
            throw options.refuse("'" + target + "' after tone: is not allowed");
        }
        ToneSource.Wave wave = options.choice(
                "wave",
                ToneSource.Wave.SINE,
                Map.of(
                        "sine", ToneSource.Wave.SINE,
                        "white", ToneSource.Wave.WHITE,
                        "pink", ToneSource.Wave.PINK,
                        "silence", ToneSource.Wave.SILENCE));
        // 48 kHz is canonical: nothing is resampled. One channel is what most microphones have.
        int rateHz = options.integer("rate", 48_000, PcmFormat.MIN_SAMPLE_RATE_HZ, PcmFormat.MAX_SAMPLE_RATE_HZ);
        int channels = options.integer("channels", 1, 1, PcmFormat.MAX_CHANNELS);
        // Concert pitch: a listener knows at once whether it plays at the right speed.
        double frequencyHz = options.number("hz", 440, 0.001, rateHz / 2.0);
        // −20 dBFS is the studio's alignment level (SMPTE RP 155): audible, far from clipping.
        double levelDbfs = options.number("dbfs", -20, -120, wave.maxLevelDbfs());
        double seconds = options.number("seconds", Double.POSITIVE_INFINITY, 0.001, 31_536_000);
        Pace pace = Pace.option(options);
        long lengthSamples =
                Double.isInfinite(seconds) ? AudioSource.UNKNOWN_LENGTH : Math.max(1, Math.round(seconds * rateHz));
        PcmFormat format = new PcmFormat(rateHz, channels, SampleEncoding.F32);
        return () -> pace.apply(new ToneSource(format, wave, frequencyHz, levelDbfs, lengthSamples));
    }
}
