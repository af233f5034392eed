package dev.microphone.edge.spool;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * What an agent has captured and no processor has for good: in memory, or in a folder that outlives the process. Bounded;
 * the oldest goes first. Owned by the agent's thread; allocates nothing per frame once it has been as full as it gets.
 */
public final class Spool implements AutoCloseable {
    private final SpoolLimits limits;
    private final Metrics metrics;
    private final ErrorHandler errors;
    private final @Nullable SpoolFolder folder;
    private final List<SpooledRun> runs = new ArrayList<>();
    private final ArrayDeque<byte[]> free = new ArrayDeque<>();
    private final Frame scratch = new Frame();
    private final long maxFrames;
    /** By stream, the highest epoch that one of its runs is sent with. */
    private final Map<StreamName, Long> newestEpochs = new HashMap<>();
    /** Of earlier processes; -1: not known. */
    private final long earlierEpoch;

    private final AtomicCounter framesGauge;
    private final AtomicCounter bytesGauge;
    private long frames;

    private Spool(SpoolLimits limits, Metrics metrics, ErrorHandler errors, @Nullable SpoolFolder folder) {
        this.limits = limits;
        this.metrics = metrics;
        this.errors = errors;
        this.folder = folder;
        this.maxFrames = limits.agentBytes() / Frame.MAX_LENGTH;
        this.earlierEpoch = folder == null ? -1 : folder.newestEpoch();
        framesGauge = metrics.gauge("microphone_spool_frames");
        bytesGauge = metrics.gauge("microphone_spool_bytes");
    }

    /** Gone with the process. */
    public static Spool inMemory(SpoolLimits limits, Metrics metrics) {
        return new Spool(
                limits,
                metrics,
                error -> {
                    throw new IllegalStateException("memory does not fail", error);
                },
                null);
    }

    /**
     * In a folder, which is made when it is missing.
     *
     * @param errors told when the disk fails while frames come in; they are then kept in memory, and counted
     * @throws IOException when frames cannot be written there; the message is for users
     */
    public static Spool onDisk(Path folder, SpoolLimits limits, Metrics metrics, ErrorHandler errors)
            throws IOException {
        return new Spool(limits, metrics, errors, new SpoolFolder(folder, errors));
    }

    /** What an earlier process left, the oldest run first; once, before the first stream begins. */
    public List<SpooledRun> recover() throws IOException {
        if (folder == null) {
            return List.of();
        }
        for (SpoolFolder.Recovered found : folder.recover()) {
            SpooledRun run = new SpooledRun(
                    found.stream(), SpooledRun.NOT_CAPTURED, found.epoch(), found.store(), this, limits, scratch);
            run.isRecovered(found.sentEpoch(), found.isSetAside());
            noteEpoch(run);
            grown(run.frames());
            runs.add(run);
        }
        return List.copyOf(runs);
    }

    /**
     * A source starts.
     *
     * @param epoch that its frames come with. Where an earlier run of the stream is known to have had a higher one, as
     *     when the clock was set back, the run's is one above that ({@link SpooledRun#epoch})
     */
    public SpooledRun begin(StreamName stream, long epoch) {
        long later = Math.min(newestEpoch(stream) + 1, Frame.MAX_EPOCH);
        return begin(stream, epoch, Math.max(epoch, later), 0);
    }

    private long newestEpoch(StreamName stream) {
        return newestEpochs.getOrDefault(stream, earlierEpoch);
    }

    /** So that later runs, also those of the next process, have higher epochs. */
    void noteEpoch(SpooledRun run) {
        newestEpochs.put(run.stream(), Math.max(run.epoch(), newestEpoch(run.stream())));
        if (folder != null) {
            folder.noteEpoch(run.epoch());
        }
    }

    /** The source goes on while what it has given so far was set aside. */
    public SpooledRun goOnBehind(SpooledRun setAside) {
        SpooledRun run = begin(setAside.stream(), setAside.capturedEpoch(), setAside.epoch(), setAside.nextSequence());
        run.beginBehindGap(setAside.nextSequence());
        return run;
    }

    private SpooledRun begin(StreamName stream, long capturedEpoch, long epoch, long firstSequence) {
        FrameStore store = store(stream, epoch, firstSequence);
        SpooledRun run = new SpooledRun(stream, capturedEpoch, epoch, store, this, limits, scratch);
        runs.add(run);
        noteEpoch(run);
        return run;
    }

    private FrameStore store(StreamName stream, long epoch, long firstSequence) {
        FrameStore memory = new MemoryStore(free);
        if (folder == null) {
            return memory;
        }
        AtomicCounter inMemory = metrics.counter("microphone_spool_in_memory_total");
        try {
            return new FallbackStore(folder.create(stream, epoch, firstSequence), memory, inMemory);
        } catch (IOException e) {
            errors.onError(new IOException("spool of " + stream + " is in memory: " + e.getMessage(), e));
            return memory;
        }
    }

    AtomicCounter dropped(String reason) {
        return metrics.counter("microphone_frames_dropped_total", "stage", "spool", "reason", reason);
    }

    /** Drops the oldest frames of whoever has most, until one more fits. */
    void makeRoom(SpooledRun asking) {
        while (frames >= maxFrames) {
            SpooledRun longest = asking;
            for (int i = 0; i < runs.size(); i++) {
                if (runs.get(i).frames() > longest.frames()) {
                    longest = runs.get(i);
                }
            }
            longest.dropOldest();
        }
    }

    void grown(long byFrames) {
        frames += byFrames;
        framesGauge.setRelease(frames);
        bytesGauge.setRelease(frames * Frame.MAX_LENGTH);
    }

    /** How many frames are kept, of all streams. */
    public long frames() {
        return frames;
    }

    /** The run is over, and all of it is where it belongs. */
    public void finish(SpooledRun run) {
        runs.remove(run);
        run.delete();
    }

    /** What is in a folder stays there for the next process. */
    @Override
    public void close() {
        runs.forEach(SpooledRun::close);
        runs.clear();
        CloseHelper.close(folder);
    }
}
