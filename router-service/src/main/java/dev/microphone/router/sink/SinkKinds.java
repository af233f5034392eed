package dev.microphone.router.sink;

import dev.microphone.router.sink.flac.FlacSink;
import dev.microphone.router.sink.wav.WavSink;
import dev.microphone.router.sink.websocket.WebSocketSink;
import java.util.List;
import java.util.stream.Collectors;

/** The one list of sinks: a new kind adds its package and a line here. */
public final class SinkKinds {
    private static final List<SinkKind> ALL = List.of(WavSink.KIND, FlacSink.KIND, WebSocketSink.KIND);

    private SinkKinds() {}

    public static List<SinkKind> all() {
        return ALL;
    }

    static SinkKind ofScheme(String scheme, String uri) {
        return ALL.stream()
                .filter(kind -> kind.scheme().equals(scheme))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("sink '" + uri + "': known are " + forms()));
    }

    private static String forms() {
        return ALL.stream().map(SinkKind::form).collect(Collectors.joining(", "));
    }
}
