package dev.microphone.processor;

import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.GapDetector;
import dev.microphone.transport.frame.GapDetector.Verdict;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One stream's far end (what its loudspeaker plays), cut to the near end's frames by capture time.
 *
 * <p>Reference frames have sequences of their own, may be of another duration than the near end's, and start anywhere
 * between its frames. They are kept in a ring of half a second; for each near-end frame, {@link #align} gives the samples
 * captured during it. What is missing is silence, and counted.
 *
 * <p>Two devices' clocks differ by some 100 ppm and their time stamps jitter. An echo canceller wants an unbroken signal
 * above all, so within ±0.5 ms the far end simply goes on; beyond, one sample a frame is left out or repeated until it
 * fits (1,000 ppm at 20 ms a frame); beyond 10 ms the source has jumped, and so does this.
 *
 * <p>Owned by the session's thread; allocates nothing per frame.
 */
final class FarEnd {
    /** A near-end frame comes within a few frames of its far end: they share a publication, and the far end goes first. */
    static final int CAPACITY_SAMPLES = CanonicalAudio.SAMPLE_RATE_HZ / 2;

    private static final int TOLERANCE_SAMPLES = 24;
    private static final int JUMP_SAMPLES = 480;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int SAMPLES_PER_MILLI = CanonicalAudio.SAMPLE_RATE_HZ / 1_000;
    /** Farther apart, the two have no common clock; also keeps the product with the rate inside a long. */
    private static final long MAX_DISTANCE_NS = 10_000 * NANOS_PER_MILLI;

    private static final int BLOCK_LENGTH = CanonicalAudio.BLOCK_LENGTH;

    private final byte[] ring = new byte[CAPACITY_SAMPLES * BLOCK_LENGTH];
    private final GapDetector gapDetector = new GapDetector();
    private final Frame aligned = new Frame();
    /** Samples taken so far; the ring holds the last of them. */
    private long written;
    /** Capture time of the sample at {@link #written}. */
    private long endTimeNs;

    private long read;
    private boolean following;
    private int missingSamples;
    private long realignments;

    /** @return false for a frame that was seen before or comes too late: it is not taken */
    boolean accept(Frame reference) {
        Verdict verdict = gapDetector.classify(reference.epoch(), reference.sequence());
        if (verdict == Verdict.DUPLICATE || verdict == Verdict.LATE) {
            return false;
        }
        boolean continues = reference.epoch() == gapDetector.epoch();
        gapDetector.accept(reference.epoch(), reference.sequence());
        int samples = reference.samplesPerChannel();
        if (continues) {
            // A frame that is missing leaves its whole time; otherwise only an overrun is a reason to leave any.
            bridge(
                    samplesBetween(endTimeNs, reference.captureTimeNs()),
                    verdict == Verdict.GAP ? TOLERANCE_SAMPLES : JUMP_SAMPLES);
        } else {
            written = 0;
            following = false;
        }
        append(reference.bytes(), reference.pcmOffset(), samples);
        endTimeNs = reference.captureTimeNs() + samples * NANOS_PER_MILLI / SAMPLES_PER_MILLI;
        return true;
    }

    /** Where frames are missing, silence takes their place; where time went back, what is kept belongs to no time. */
    private void bridge(long samples, int toleranceSamples) {
        if (samples > toleranceSamples) {
            int silent = (int) Math.min(samples, CAPACITY_SAMPLES);
            for (int i = 0; i < silent; i++) {
                Arrays.fill(ring, ringOffset(written), ringOffset(written) + BLOCK_LENGTH, (byte) 0);
                written++;
            }
        } else if (samples < -JUMP_SAMPLES) {
            written += CAPACITY_SAMPLES;
            Arrays.fill(ring, (byte) 0);
            following = false;
        }
    }

    private void append(byte[] pcm, int offset, int samples) {
        int first = Math.min(samples, CAPACITY_SAMPLES - (int) (written % CAPACITY_SAMPLES));
        System.arraycopy(pcm, offset, ring, ringOffset(written), first * BLOCK_LENGTH);
        System.arraycopy(pcm, offset + first * BLOCK_LENGTH, ring, 0, (samples - first) * BLOCK_LENGTH);
        written += samples;
    }

    /**
     * What was played while this near-end frame was captured.
     *
     * @return a frame of the same duration, valid until the next call; {@link #missingSamples} of it are made up
     */
    Frame align(Frame nearEnd) {
        int samples = nearEnd.samplesPerChannel();
        long wanted = written + samplesBetween(endTimeNs, nearEnd.captureTimeNs());
        long deviation = wanted - read;
        if (!following || Math.abs(deviation) > JUMP_SAMPLES) {
            realignments += following ? 1 : 0;
            read = wanted;
            following = true;
        } else if (Math.abs(deviation) > TOLERANCE_SAMPLES) {
            read += Long.signum(deviation);
        }
        aligned.samplesPerChannel(samples)
                .streamId(nearEnd.streamId())
                .epoch(nearEnd.epoch())
                .sequence(nearEnd.sequence())
                .captureTimeNs(nearEnd.captureTimeNs())
                .flags(FrameFlags.REFERENCE);
        copy(samples);
        read += samples;
        return aligned;
    }

    private void copy(int samples) {
        byte[] target = aligned.bytes();
        int offset = aligned.pcmOffset();
        long from = Math.clamp(Math.max(written - CAPACITY_SAMPLES, 0), read, read + samples);
        long to = Math.clamp(written, from, read + samples);
        missingSamples = samples - (int) (to - from);
        if (missingSamples > 0) {
            Arrays.fill(target, offset, offset + samples * BLOCK_LENGTH, (byte) 0);
        }
        int at = offset + (int) (from - read) * BLOCK_LENGTH;
        int first = (int) Math.min(to - from, CAPACITY_SAMPLES - Math.floorMod(from, CAPACITY_SAMPLES));
        System.arraycopy(ring, ringOffset(from), target, at, first * BLOCK_LENGTH);
        System.arraycopy(ring, 0, target, at + first * BLOCK_LENGTH, ((int) (to - from) - first) * BLOCK_LENGTH);
    }

    /** Of the frame that {@link #align} gave last, per channel. */
    int missingSamples() {
        return missingSamples;
    }

    /** How often the far end had to jump to where the near end's time is. */
    long realignments() {
        return realignments;
    }

    /** How many bytes of samples the ring holds. */
    int keptBytes() {
        return (int) Math.min(written, CAPACITY_SAMPLES) * BLOCK_LENGTH;
    }

    /** Writes what another one goes on with, bit for bit ({@link FarEndFormat}); what it has counted stays here. */
    void writeTo(ByteBuffer target) {
        target.putLong(gapDetector.epoch())
                .putLong(gapDetector.expectedSequence() - 1)
                .putLong(written)
                .putLong(endTimeNs)
                .putLong(read)
                .put((byte) (following ? 1 : 0));
        int length = keptBytes();
        int from = ringOffset(written - length / BLOCK_LENGTH);
        int first = Math.min(length, ring.length - from);
        target.put(ring, from, first).put(ring, 0, length - first);
    }

    /**
     * Goes on from there; before the first frame.
     *
     * @return false when that is not what {@link #writeTo} writes
     */
    boolean readFrom(ByteBuffer source) {
        long epoch = source.getLong();
        long lastSequence = source.getLong();
        written = source.getLong();
        endTimeNs = source.getLong();
        read = source.getLong();
        byte isFollowing = source.get();
        following = isFollowing == 1;
        if (epoch < 0
                || lastSequence < 0
                || written < 0
                || isFollowing < 0
                || isFollowing > 1
                || source.remaining() != keptBytes()) {
            return false;
        }
        int length = keptBytes();
        int to = ringOffset(written - length / BLOCK_LENGTH);
        int first = Math.min(length, ring.length - to);
        source.get(ring, to, first).get(ring, 0, length - first);
        gapDetector.beginBehind(epoch, lastSequence);
        return true;
    }

    private static int ringOffset(long position) {
        return Math.floorMod(position, CAPACITY_SAMPLES) * BLOCK_LENGTH;
    }

    private static long samplesBetween(long fromNs, long toNs) {
        long distanceNs = Math.clamp(toNs - fromNs, -MAX_DISTANCE_NS, MAX_DISTANCE_NS);
        return Math.round(distanceNs * SAMPLES_PER_MILLI / (double) NANOS_PER_MILLI);
    }
}
