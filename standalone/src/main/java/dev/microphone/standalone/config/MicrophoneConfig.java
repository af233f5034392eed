package dev.microphone.standalone.config;

import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.router.sink.SinkUri;
import java.util.List;

/**
 * All that {@code run} can be told. Where each default comes from is said in the reference file, {@code
 * microphone.toml} beside this class.
 *
 * @param http where the page, the metrics and the health answers are served
 * @param plugins what plugins may use
 * @param sinks where the streams go; each gets all of them
 * @param streams what is captured
 */
public record MicrophoneConfig(HttpConfig http, PluginConfig plugins, List<SinkUri> sinks, List<StreamConfig> streams) {
    public static final String DEFAULT_CHAIN = "none";

    /** Hearing oneself in the browser needs nothing installed. */
    public static final String DEFAULT_SINK = "ws:";

    /** What holds where neither file nor flag says anything; no streams. */
    public static MicrophoneConfig defaults() {
        return new MicrophoneConfig(
                HttpConfig.defaults(), PluginConfig.defaults(), List.of(SinkUri.parse(DEFAULT_SINK)), List.of());
    }

    /** What capture does beside changing the format, live. */
    public static NormaliserSettings defaultCapture() {
        return NormaliserSettings.defaults();
    }

    public MicrophoneConfig withHttp(HttpConfig newHttp) {
        return new MicrophoneConfig(newHttp, plugins, sinks, streams);
    }

    public MicrophoneConfig withSinks(List<SinkUri> newSinks) {
        return new MicrophoneConfig(http, plugins, newSinks, streams);
    }

    public MicrophoneConfig withStreams(List<StreamConfig> newStreams) {
        return new MicrophoneConfig(http, plugins, sinks, newStreams);
    }
}
