package dev.microphone.edge.dsp;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import dev.microphone.transport.frame.CanonicalAudio;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns a source's PCM into frames of canonical audio: 48 kHz, signed 16-bit little-endian, stereo.
 *
 * <p>The stages, each left out where it has nothing to do: decode and map channels ({@link ChannelMapping}), DC
 * blocker, {@link Resampler}, gain control with peak limiter ({@link AgcSettings}), dither. Where all have nothing to
 * do, the bytes are copied as they are. A mono source, or one chosen channel, costs one channel's work, and its frames
 * carry {@code DUAL_MONO}.
 *
 * <p>Output sample 0 is input sample 0: the run-up of all stages is left out, and {@link #finish} gives their tail, so a
 * file keeps its length and place. Live, audio comes out {@link #delaySamples} later than it goes in; the capture times
 * already account for that. The output does not depend on how the input is cut into calls.
 *
 * <p>No input makes it throw: bytes that are no whole sample wait for the rest, what is no number becomes silence, what
 * is too loud is cut, and each is counted. {@link #process} allocates nothing. Belongs to one thread, its source's.
 */
public final class Normaliser {
    private final int blockLength;
    private final CaptureClock clock;
    private final FrameAssembler assembler;
    /** Null where the input is canonical already. */
    private final @Nullable SignalPath path;
    /** The beginning of a block (one sample of each channel) whose end has not come yet. */
    private final byte[] carry;

    private int carried;
    private long receivedBytes;
    private long cutOffBytes;
    private boolean finished;

    /**
     * Prepares all stages for one stream.
     *
     * @throws IllegalArgumentException when the settings choose a channel that the input does not have
     */
    public Normaliser(PcmFormat input, NormaliserSettings settings) {
        ChannelMatrix matrix = ChannelMatrix.of(input, settings.channelMapping());
        boolean exact = input.sampleRateHz() == CanonicalAudio.SAMPLE_RATE_HZ
                && input.encoding().bits() <= Short.SIZE
                && matrix.isExact()
                && !settings.dcBlocker()
                && !settings.agc().enabled();
        boolean canonical = exact && matrix.isIdentity() && input.encoding() == SampleEncoding.S16;
        this.blockLength = input.blockLength();
        this.carry = new byte[blockLength];
        this.clock = new CaptureClock(input);
        this.assembler = new FrameAssembler(settings.frameMillis(), matrix.isMono(), clock);
        this.path = canonical ? null : new SignalPath(input, settings, matrix, settings.dither() && !exact, assembler);
    }

    /**
     * Takes a buffer from the source and gives the frames that became complete.
     *
     * @param lengthBytes any, also no multiple of a sample
     * @param captureTimeNs nanoseconds since the Unix epoch at which the buffer's first sample was captured
     * @throws IllegalStateException after {@link #finish}
     */
    public void process(byte[] pcm, int offset, int lengthBytes, long captureTimeNs, CanonicalFrameHandler out) {
        Objects.checkFromIndexSize(offset, lengthBytes, pcm.length);
        if (finished) {
            throw new IllegalStateException("the stream has been finished");
        }
        if (lengthBytes == 0) {
            return;
        }
        clock.onBuffer(receivedBytes, captureTimeNs);
        receivedBytes += lengthBytes;
        int at = offset;
        int end = offset + lengthBytes;
        if (carried > 0) {
            int missing = Math.min(blockLength - carried, lengthBytes);
            System.arraycopy(pcm, at, carry, carried, missing);
            carried += missing;
            at += missing;
            if (carried < blockLength) {
                return;
            }
            take(carry, 0, 1, out);
        }
        int blocks = (end - at) / blockLength;
        take(pcm, at, blocks, out);
        at += blocks * blockLength;
        carried = end - at;
        System.arraycopy(pcm, at, carry, 0, carried);
    }

    /**
     * Ends the stream: gives what the stages still hold, and fills the last frame up with zeros. Without the filling,
     * exactly ⌈input samples × 48,000 / rate⌉ samples have then come out. Does nothing when called again.
     */
    public void finish(CanonicalFrameHandler out) {
        if (finished) {
            return;
        }
        finished = true;
        cutOffBytes = carried;
        if (path != null) {
            path.finish(out);
        }
        assembler.finish(out);
    }

    private void take(byte[] pcm, int offset, int blocks, CanonicalFrameHandler out) {
        if (path == null) {
            assembler.append(pcm, offset, blocks * blockLength, out);
        } else {
            path.process(pcm, offset, blocks, out);
        }
    }

    /** How much later audio comes out than it goes in, in samples at 48 kHz, beside the frame that it waits for. */
    public int delaySamples() {
        return path == null ? 0 : path.delaySamples();
    }

    /** Samples that were no number, or more than 24 dB over full scale; they were replaced. */
    public long invalidSamples() {
        return path == null ? 0 : path.invalidSamples();
    }

    /** Output samples over full scale that were cut. Always 0 with the gain control on. */
    public long clippedSamples() {
        return path == null ? 0 : path.clippedSamples();
    }

    /** After {@link #finish}: bytes at the end that made no whole sample of every channel. */
    public long cutOffBytes() {
        return cutOffBytes;
    }

    /** The gain control's gain at this time; 0 where it is off. */
    public double gainDb() {
        return path == null ? 0 : path.gainDb();
    }
}
