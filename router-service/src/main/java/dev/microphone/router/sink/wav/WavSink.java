package dev.microphone.router.sink.wav;

import dev.microphone.router.sink.OverflowPolicy;
import dev.microphone.router.sink.SinkKind;
import dev.microphone.router.sink.recording.RecordingSink;

/** {@code wav:FILE} or {@code wav:FOLDER/}. */
public final class WavSink {
    /** One file of its own. */
    public static final RecordingSink.Format FORMAT = WavWriter::new;

    public static final SinkKind KIND = new SinkKind(
            "wav",
            "wav:FILE or wav:FOLDER/",
            OverflowPolicy.BACK_PRESSURE,
            (uri, context) -> RecordingSink.open(uri, context, ".wav", FORMAT));

    private WavSink() {}
}
