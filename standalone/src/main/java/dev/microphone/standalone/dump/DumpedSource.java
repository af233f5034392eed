package dev.microphone.standalone.dump;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.source.AudioSource;
import dev.microphone.edge.source.SourceException;
import dev.microphone.transport.frame.ClockQuality;
import java.util.List;

/** A source, and a listener to what it gives. Belongs to whom the source belongs to. */
final class DumpedSource implements AudioSource {
    private final AudioSource source;
    private final DumpQueue queue;
    private final int track;

    DumpedSource(AudioSource source, DumpQueue queue, int track) {
        this.source = source;
        this.queue = queue;
        this.track = track;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws SourceException {
        int count = source.read(target, offset, length);
        if (count > 0) {
            queue.offer(track, target, offset, count);
        }
        return count;
    }

    @Override
    public PcmFormat format() {
        return source.format();
    }

    @Override
    public long captureTimeNs() {
        return source.captureTimeNs();
    }

    @Override
    public ClockQuality clockQuality() {
        return source.clockQuality();
    }

    @Override
    public long xruns() {
        return source.xruns();
    }

    @Override
    public boolean isLive() {
        return source.isLive();
    }

    @Override
    public long lengthSamples() {
        return source.lengthSamples();
    }

    @Override
    public List<String> warnings() {
        return source.warnings();
    }

    @Override
    public void close() {
        source.close();
    }
}
