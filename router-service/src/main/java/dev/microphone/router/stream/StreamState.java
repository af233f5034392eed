package dev.microphone.router.stream;

import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.GapDetector;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * One stream's place in its sequence, what has become of its frames, and its level.
 *
 * <p>Written by the router's thread; any thread may take a {@link #status}, whose numbers are of the same frame or of
 * two neighbouring ones.
 */
public final class StreamState {
    private static final long LIVE_NS = TimeUnit.SECONDS.toNanos(2);
    /** About a second of frames. */
    private static final double LATENCY_SHARE = 1.0 / 50;

    private final long streamId;
    private final GapDetector gapDetector = new GapDetector();
    private final LevelMeter level = new LevelMeter();
    /** The release store behind each frame's plain stores; the acquire load in front of a reader's. */
    private final AtomicLong frames = new AtomicLong();

    private final AtomicInteger listeners = new AtomicInteger();
    private final LongAdder listenerDrops = new LongAdder();
    private long epoch = -1;
    private long sequence;
    /** The run before, and how many of its frames were delivered, with the gaps between them. */
    private long earlierEpoch = -1;

    private long earlierEnd;
    private long namedEpoch = -1;
    private long duplicates;
    private long late;
    private long gaps;
    private long missing;
    private double peak;
    private double meanSquare;
    private double latencyNs;
    private boolean hasLatency;
    private int samplesPerChannel = CanonicalAudio.MAX_SAMPLES_PER_CHANNEL;
    private ClockQuality clockQuality = ClockQuality.UNKNOWN;
    private long lastFrameNs;
    private boolean hasEnded;
    private long pendingSinks;

    StreamState(long streamId, long nowNs) {
        this.streamId = streamId;
        this.lastFrameNs = nowNs;
    }

    /** What a frame is to this stream. A router that joins a stream in its middle has missed nothing. */
    public GapDetector.Verdict classify(Frame frame) {
        boolean isFirstEver = gapDetector.epoch() < 0;
        return isFirstEver ? GapDetector.Verdict.NEXT : gapDetector.classify(frame.epoch(), frame.sequence());
    }

    /** How many frames are missing in front of a frame that is a gap's end. */
    public long missingBefore(Frame frame) {
        return gapDetector.missingBefore(frame.epoch(), frame.sequence());
    }

    /**
     * Takes the frame into account. Allocates nothing.
     *
     * @param nowNs monotonic
     * @param wallNs since the Unix epoch
     */
    public void accept(Frame frame, long nowNs, long wallNs) {
        if (frame.epoch() != epoch) {
            earlierEpoch = epoch;
            earlierEnd = gapDetector.expectedSequence();
        }
        gapDetector.accept(frame.epoch(), frame.sequence());
        level.onFrame(frame);
        epoch = frame.epoch();
        sequence = frame.sequence();
        samplesPerChannel = frame.samplesPerChannel();
        clockQuality = frame.clockQuality();
        peak = level.peak();
        meanSquare = level.meanSquare();
        measureLatency(frame, wallNs);
        lastFrameNs = nowNs;
        hasEnded = frame.has(FrameFlags.END_OF_STREAM);
        frames.setRelease(frames.getPlain() + 1);
    }

    private void measureLatency(Frame frame, long wallNs) {
        if (clockQuality == ClockQuality.FILE_POSITION) {
            hasLatency = false;
            return;
        }
        double latestNs = wallNs - frame.captureTimeNs();
        latencyNs = hasLatency ? latencyNs + (latestNs - latencyNs) * LATENCY_SHARE : latestNs;
        hasLatency = true;
    }

    /**
     * Whether a duplicate is none of the frames that were delivered: of a run that says to be before the newest, and that
     * was not here when it was its turn. As many of them as are remembered: the newest and the one before.
     */
    public boolean isOfEarlierRun(Frame duplicate) {
        boolean isOfRunBefore = duplicate.epoch() == earlierEpoch && duplicate.sequence() < earlierEnd;
        return duplicate.epoch() < epoch && !isOfRunBefore;
    }

    /** Whether that run is to be named; once. */
    public boolean isToBeNamed(Frame ofEarlierRun) {
        boolean isNamed = ofEarlierRun.epoch() == namedEpoch;
        namedEpoch = ofEarlierRun.epoch();
        return !isNamed;
    }

    public void countGap(long missingFrames) {
        gaps++;
        missing += missingFrames;
    }

    public void countDuplicate() {
        duplicates++;
    }

    public void countLate() {
        late++;
    }

    /** The sinks, a bit each, that had no room yet for the newest frame. Router thread. */
    public long pendingSinks() {
        return pendingSinks;
    }

    public void pendingSinks(long sinks) {
        pendingSinks = sinks;
    }

    /** Whether this is the frame that some sinks still wait for. */
    public boolean isPending(Frame frame) {
        return pendingSinks != 0 && frame.sequence() == sequence && frame.epoch() == epoch;
    }

    boolean isIdle(long nowNs, long timeoutNs) {
        return nowNs - lastFrameNs > timeoutNs && listeners.get() == 0;
    }

    public long streamId() {
        return streamId;
    }

    /** 5, 10 or 20: of the newest frame. */
    public int frameMillis() {
        frames.getAcquire();
        return samplesPerChannel / (CanonicalAudio.SAMPLE_RATE_HZ / 1_000);
    }

    /** Live listeners; whoever serves them counts them. Any thread. */
    public AtomicInteger listeners() {
        return listeners;
    }

    /** Frames that slow listeners missed. Any thread. */
    public LongAdder listenerDrops() {
        return listenerDrops;
    }

    StreamStatus status(String name, long nowNs) {
        long delivered = frames.getAcquire();
        return new StreamStatus(
                name,
                "0x" + Long.toHexString(streamId),
                epoch,
                sequence,
                delivered,
                duplicates,
                late,
                gaps,
                missing,
                LevelMeter.peakDbfs(peak),
                LevelMeter.rmsDbfs(meanSquare),
                hasLatency ? OptionalDouble.of(latencyNs / 1e6) : OptionalDouble.empty(),
                frameMillis(),
                clockQuality,
                !hasEnded && nowNs - lastFrameNs < LIVE_NS,
                hasEnded,
                listeners.get(),
                listenerDrops.sum());
    }
}
