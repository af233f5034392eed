package dev.microphone.edge.dsp;

import dev.microphone.edge.PcmFormat;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Keeps all that a normaliser gives. */
final class Recording implements CanonicalFrameHandler {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final List<Integer> lengths = new ArrayList<>();
    final List<Integer> flags = new ArrayList<>();
    final List<Long> captureTimesNs = new ArrayList<>();

    @Override
    public void onAudio(byte[] s16le, int offset, int lengthBytes, int frameFlags, long captureTimeNs) {
        bytes.write(s16le, offset, lengthBytes);
        lengths.add(lengthBytes);
        flags.add(frameFlags);
        captureTimesNs.add(captureTimeNs);
    }

    byte[] audio() {
        return bytes.toByteArray();
    }

    /** All of it in one call, then the tail. */
    static Recording of(PcmFormat format, NormaliserSettings settings, byte[] pcm) {
        Normaliser normaliser = new Normaliser(format, settings);
        Recording recording = new Recording();
        normaliser.process(pcm, 0, pcm.length, 0, recording);
        normaliser.finish(recording);
        return recording;
    }
}
