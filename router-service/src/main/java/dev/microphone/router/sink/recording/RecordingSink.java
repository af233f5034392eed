package dev.microphone.router.sink.recording;

import dev.microphone.router.sink.Sink;
import dev.microphone.router.sink.SinkContext;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.schemas.event.SinkFaulted;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Records each run of each stream into a file.
 *
 * <p>A new epoch begins a new file. Missing frames become silence of their exact length, so that a position in the file
 * stays a position in time; a gap of more than {@value #MAX_SILENCE_SECONDS} s begins a new file instead, named by its
 * own start. A stream without frames for {@value #IDLE_FLUSHES} flushes (a minute) has its file finished; if it comes
 * back, that is a new file as well. Trouble with one file ends that recording with one line for the user and a file
 * that holds what was saved; the other streams go on, and this one begins again with its next epoch.
 */
public final class RecordingSink implements Sink {
    private static final int MAX_SILENCE_SECONDS = 10;
    private static final int IDLE_FLUSHES = 60;
    private static final long NOBODY = Long.MIN_VALUE;

    /** Makes the writer of one file format. */
    @FunctionalInterface
    public interface Format {
        AudioWriter begin(RecordingOutput output) throws IOException;
    }

    /** Makes a file; a test's may have a full disk. */
    @FunctionalInterface
    interface Disk {
        RecordingOutput create(Path path) throws IOException;
    }

    private final String label;
    private final RecordingTarget target;
    private final Format format;
    private final Disk disk;
    private final SinkContext context;
    private final Long2ObjectHashMap<Recording> recordings = new Long2ObjectHashMap<>();
    private final AtomicCounter failedFrames;
    private final AtomicCounter lateFrames;
    private final AtomicCounter otherStreamFrames;
    private final AtomicCounter silenceSamples;
    private long onlyStreamId = NOBODY;
    private boolean otherStreamReported;
    private volatile @Nullable String fault;

    RecordingSink(RecordingTarget target, SinkContext context, Format format, Disk disk) {
        this.label = context.label();
        this.target = target;
        this.context = context;
        this.format = format;
        this.disk = disk;
        this.failedFrames = context.dropped("sink_failed");
        this.lateFrames = context.dropped("late");
        this.otherStreamFrames = context.dropped("file_holds_one_stream");
        this.silenceSamples = context.metrics().counter("microphone_silence_inserted_samples_total", "sink", label);
    }

    /** @param ending the files' ending, with its dot */
    public static RecordingSink open(SinkUri uri, SinkContext context, String ending, Format format)
            throws IOException {
        RecordingTarget target = RecordingTarget.open(uri.scheme(), uri.target(), ending);
        return new RecordingSink(target, context, format, FileOutput::new);
    }

    @Override
    public void onFrame(Frame frame) {
        if (!target.isFolder() && isOtherStream(frame)) {
            return;
        }
        Recording recording = recordings.get(frame.streamId());
        if (recording != null
                && (recording.epoch != frame.epoch() || (!recording.failed() && isBehindLongGap(recording, frame)))) {
            finish(recording);
            recording = null;
        }
        if (recording == null) {
            recording = begin(frame);
        }
        if (recording == null || recording.failed()) {
            failedFrames.increment();
        } else {
            append(recording, frame);
        }
        if (frame.has(FrameFlags.END_OF_STREAM) && recording != null) {
            recordings.remove(frame.streamId());
            finish(recording);
        }
    }

    private boolean isOtherStream(Frame frame) {
        if (onlyStreamId == NOBODY) {
            onlyStreamId = frame.streamId();
        }
        if (frame.streamId() == onlyStreamId) {
            return false;
        }
        otherStreamFrames.increment();
        if (!otherStreamReported) {
            otherStreamReported = true;
            context.messages()
                    .accept(label + " holds one stream, " + name(onlyStreamId) + ": " + name(frame.streamId())
                            + " is not recorded; name a folder to record several");
        }
        return true;
    }

    private boolean isBehindLongGap(Recording recording, Frame frame) {
        // Divided, not multiplied: a forged sequence must not overflow into "no gap".
        return recording.missingBefore(frame)
                > (long) MAX_SILENCE_SECONDS * CanonicalAudio.SAMPLE_RATE_HZ / frame.samplesPerChannel();
    }

    private void append(Recording recording, Frame frame) {
        long missing = recording.missingBefore(frame);
        if (missing < 0) {
            lateFrames.increment();
            return;
        }
        try {
            if (missing > 0) {
                recording.appendSilence(missing, frame);
                silenceSamples.getAndAdd(missing * frame.samplesPerChannel());
                if (recording.isFirstGap()) {
                    context.messages()
                            .accept(label + ": " + recording.path + ": " + missing + " missing frames before "
                                    + frame.sequence() + " became silence; further gaps are only counted");
                }
            }
            recording.append(frame);
        } catch (IOException e) {
            failedFrames.increment();
            fail(recording, e);
        }
    }

    private @Nullable Recording begin(Frame frame) {
        Path path = target.newFile(name(frame.streamId()), startTime(frame));
        try {
            Recording recording = new Recording(path, frame, writer(path));
            recordings.put(frame.streamId(), recording);
            if (recordings.values().stream().noneMatch(Recording::failed)) {
                fault = null;
            }
            return recording;
        } catch (IOException e) {
            report(path + ": " + FileOutput.reason(e) + ": " + name(frame.streamId()) + " is not recorded");
            Recording refused = new Recording(path, frame, new NoWriter());
            refused.markFailed();
            recordings.put(frame.streamId(), refused);
            return refused;
        }
    }

    /** Where there is no room even for the header, no empty file stays behind. */
    private AudioWriter writer(Path path) throws IOException {
        RecordingOutput output = disk.create(path);
        try {
            return format.begin(output);
        } catch (IOException e) {
            output.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    private Instant startTime(Frame frame) {
        return frame.clockQuality() == ClockQuality.FILE_POSITION || frame.captureTimeNs() <= 0
                ? context.wallClock().instant()
                : Instant.ofEpochSecond(0, frame.captureTimeNs());
    }

    @Override
    public void flush() {
        List<Long> idle = new ArrayList<>(0);
        recordings.forEachLong((streamId, recording) -> {
            try {
                if (!recording.failed() && recording.flush() > IDLE_FLUSHES) {
                    idle.add(streamId);
                }
            } catch (IOException e) {
                fail(recording, e);
            }
        });
        for (Long streamId : idle) {
            finish(recordings.remove(streamId.longValue()));
        }
    }

    @Override
    public void close() {
        recordings.values().forEach(this::finish);
        recordings.clear();
    }

    private void finish(Recording recording) {
        if (!recording.failed()) {
            try {
                recording.close();
            } catch (IOException e) {
                fail(recording, e);
            }
        }
    }

    private void fail(Recording recording, IOException cause) {
        recording.markFailed();
        String left = "";
        try {
            recording.close();
        } catch (IOException e) {
            left = "; the file could not be finished: " + FileOutput.reason(e);
        }
        double savedSeconds = (double) recording.savedSamples() / CanonicalAudio.SAMPLE_RATE_HZ;
        report(String.format(
                Locale.ROOT,
                "%s: %s: recording stopped, the first %.2f s are saved%s",
                recording.path,
                FileOutput.reason(cause),
                savedSeconds,
                left));
    }

    private void report(String line) {
        fault = label + ": " + line;
        context.messages().accept(label + ": " + line);
        context.events().onEvent(new SinkFaulted(label, line, failedFrames.get()));
    }

    private String name(long streamId) {
        return context.streams().nameOf(streamId);
    }

    @Override
    public @Nullable String fault() {
        return fault;
    }
}
