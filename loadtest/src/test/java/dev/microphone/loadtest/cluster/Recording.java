package dev.microphone.loadtest.cluster;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.GapDetector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.SystemEpochNanoClock;

/** What a router has of streams, and how long each was silent. One thread. */
final class Recording {
    /** Each frame's checksum, in order. */
    private static final class Received {
        private final GapDetector detector = new GapDetector();
        private final List<Integer> checksums = new ArrayList<>();
        private long lastNs;
        private long longestSilenceNs;
        private long resumedNs;
    }

    private final Long2ObjectHashMap<Received> streams = new Long2ObjectHashMap<>();
    private long duplicates;

    /** @param streamIds all that may come */
    Recording(Collection<Long> streamIds) {
        streamIds.forEach(id -> streams.put(id.longValue(), new Received()));
    }

    /** A processed frame; one behind a gap is an error. */
    boolean add(Frame processed) {
        Received stream = streams.get(processed.streamId());
        long nowNs = System.nanoTime();
        switch (stream.detector.classify(processed.epoch(), processed.sequence())) {
            case NEXT -> {
                stream.detector.accept(processed.epoch(), processed.sequence());
                stream.checksums.add(checksum(processed));
                if (stream.lastNs != 0 && nowNs - stream.lastNs > stream.longestSilenceNs) {
                    stream.longestSilenceNs = nowNs - stream.lastNs;
                    stream.resumedNs = SystemEpochNanoClock.INSTANCE.nanoTime();
                }
                stream.lastNs = nowNs;
            }
            case DUPLICATE -> duplicates++;
            default ->
                throw new AssertionError("frame " + processed.sequence() + " of stream " + processed.streamId()
                        + " behind a gap: " + stream.detector.expectedSequence() + " was expected");
        }
        return true;
    }

    static int checksum(Frame processed) {
        CRC32C crc = new CRC32C();
        crc.update(processed.bytes(), processed.pcmOffset(), processed.pcmLength());
        return (int) crc.getValue();
    }

    /** How many frames there are of each stream. */
    List<Integer> counts() {
        return streams.values().stream().map(stream -> stream.checksums.size()).toList();
    }

    int[] checksums(long streamId) {
        return streams.get(streamId).checksums.stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Frames that came twice, of all streams. */
    long duplicates() {
        return duplicates;
    }

    /** Begins to measure how long a stream is silent. */
    void resetSilence() {
        streams.values().forEach(stream -> {
            stream.longestSilenceNs = 0;
            stream.lastNs = 0;
        });
    }

    /** The longest time in which nothing came of a stream, ns. */
    long longestSilenceNs(long streamId) {
        return streams.get(streamId).longestSilenceNs;
    }

    /** When that was over; ns since the Unix epoch. */
    long resumedNs(long streamId) {
        return streams.get(streamId).resumedNs;
    }
}
