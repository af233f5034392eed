package dev.microphone.edge.source;

import dev.microphone.edge.PcmFormat;
import org.jspecify.annotations.Nullable;

/** {@code alsa:}, a Linux sound device by ALSA's own names ({@code hw:1,0}, {@code plughw:CARD=USB}, {@code default}). */
final class AlsaScheme implements SourceScheme {
    @Override
    public String name() {
        return "alsa";
    }

    @Override
    public String usage() {
        return "alsa:DEVICE[?rate=48000&channels=2&format=" + AlsaFormat.names()
                + "&period-millis=10&buffer-millis=200]";
    }

    @Override
    public SourceOpener conclude(String target, SourceOptions options) {
        String device = target.isEmpty() ? "default" : target;
        int rateHz =
                options.integer("rate", AlsaRequest.ANY, PcmFormat.MIN_SAMPLE_RATE_HZ, PcmFormat.MAX_SAMPLE_RATE_HZ);
        int channels = options.integer("channels", AlsaRequest.ANY, 1, PcmFormat.MAX_CHANNELS);
        @Nullable AlsaFormat format = options.<@Nullable AlsaFormat>choice("format", null, AlsaFormat.BY_NAME);
        // 10 ms: half a default frame, so that waiting for a period adds little; USB microphones manage it.
        int periodMillis = options.integer("period-millis", 10, 1, 1_000);
        // 200 ms: longer than a pause of the collector or the scheduler, so that those do not overrun.
        int bufferMillis = options.integer("buffer-millis", Math.max(200, 2 * periodMillis), 2, 4_000);
        if (bufferMillis < 2 * periodMillis) {
            throw options.refuse("option buffer-millis=" + bufferMillis + ": allowed is at least two periods of "
                    + periodMillis + " ms");
        }
        AlsaRequest request = new AlsaRequest(device, rateHz, channels, format, periodMillis, bufferMillis);
        return () -> AlsaSource.open(request);
    }
}
