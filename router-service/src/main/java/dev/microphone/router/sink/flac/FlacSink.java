package dev.microphone.router.sink.flac;

import dev.microphone.router.sink.OverflowPolicy;
import dev.microphone.router.sink.SinkKind;
import dev.microphone.router.sink.recording.RecordingSink;

/** {@code flac:FILE} or {@code flac:FOLDER/}. */
public final class FlacSink {
    /** One file of its own, with an encoder of its own. */
    public static final RecordingSink.Format FORMAT = output -> new FlacWriter(output, new FlacEncoder());

    public static final SinkKind KIND =
            new SinkKind("flac", "flac:FILE or flac:FOLDER/", OverflowPolicy.BACK_PRESSURE, (uri, context) -> {
                // One encoder's working memory serves all files: they share the sink's thread.
                FlacEncoder encoder = new FlacEncoder();
                return RecordingSink.open(uri, context, ".flac", output -> new FlacWriter(output, encoder));
            });

    private FlacSink() {}
}
