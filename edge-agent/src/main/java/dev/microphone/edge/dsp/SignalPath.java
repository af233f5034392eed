package dev.microphone.edge.dsp;

import dev.microphone.edge.PcmFormat;
import dev.microphone.transport.frame.CanonicalAudio;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The stages of the {@link Normaliser} in their order, for a source whose bytes cannot just be copied. */
final class SignalPath {
    /** Works on 10 ms at a time: long enough loops, little memory. */
    private static final int PARTS_PER_SECOND = 100;

    private final FrameAssembler assembler;
    private final int blockLength;
    private final int partBlocks;
    private final ChannelMixer mixer;
    private final DcBlocker[] dcBlockers;
    private final Resampler[] resamplers;
    /** One or two planes, at the source's rate. */
    private final float[][] mixed;
    /** At 48 kHz; {@code mixed} itself where the source has that rate already. */
    private final float[][] resampled;

    private final @Nullable AutomaticGain automaticGain;
    private final @Nullable PeakLimiter limiter;
    private final Quantiser quantiser;
    private int runUp;

    SignalPath(
            PcmFormat input,
            NormaliserSettings settings,
            ChannelMatrix matrix,
            boolean dithered,
            FrameAssembler assembler) {
        this.assembler = assembler;
        this.blockLength = input.blockLength();
        this.partBlocks = input.sampleRateHz() / PARTS_PER_SECOND;
        this.mixer = new ChannelMixer(input, matrix, partBlocks);
        int planes = mixer.planes();
        this.mixed = new float[planes][partBlocks];
        this.dcBlockers = new DcBlocker[settings.dcBlocker() ? planes : 0];
        Arrays.setAll(dcBlockers, plane -> new DcBlocker(input.sampleRateHz()));
        boolean resamples = input.sampleRateHz() != CanonicalAudio.SAMPLE_RATE_HZ;
        this.resamplers = new Resampler[resamples ? planes : 0];
        Arrays.setAll(resamplers, plane -> Resampler.create(input.sampleRateHz()));
        this.resampled = resamples ? new float[planes][resamplers[0].maxOutput(partBlocks)] : mixed;
        boolean levels = settings.agc().enabled();
        this.automaticGain = levels ? new AutomaticGain(settings.agc()) : null;
        this.limiter = levels ? new PeakLimiter(planes, CanonicalAudio.SAMPLE_RATE_HZ / PARTS_PER_SECOND) : null;
        this.quantiser = new Quantiser(dithered, settings.ditherSeed());
        this.runUp = levels ? PeakLimiter.DELAY_SAMPLES : 0;
    }

    int delaySamples() {
        int resampling = resamplers.length == 0 ? 0 : resamplers[0].delaySamples();
        return resampling + (limiter == null ? 0 : PeakLimiter.DELAY_SAMPLES);
    }

    long invalidSamples() {
        return mixer.invalidSamples();
    }

    long clippedSamples() {
        return quantiser.clippedSamples();
    }

    double gainDb() {
        return automaticGain == null ? 0 : automaticGain.gainDb();
    }

    void process(byte[] pcm, int offset, int blocks, CanonicalFrameHandler out) {
        int done = 0;
        while (done < blocks) {
            int count = Math.min(partBlocks, blocks - done);
            mixer.mix(pcm, offset + done * blockLength, mixed, count);
            for (int plane = 0; plane < dcBlockers.length; plane++) {
                dcBlockers[plane].process(mixed[plane], count);
            }
            level(resample(count), out);
            done += count;
        }
    }

    /** Pushes out with silence what the resampler and the limiter hold. */
    void finish(CanonicalFrameHandler out) {
        silence(mixed);
        int tail = resamplers.length == 0 ? 0 : resamplers[0].tailSamples();
        while (tail > 0) {
            int count = Math.min(tail, partBlocks);
            level(resample(count), out);
            tail -= count;
        }
        int held = limiter == null ? 0 : PeakLimiter.DELAY_SAMPLES;
        while (held > 0) {
            silence(resampled);
            int count = Math.min(held, resampled[0].length);
            level(count, out);
            held -= count;
        }
    }

    private static void silence(float[][] planes) {
        for (float[] plane : planes) {
            Arrays.fill(plane, 0);
        }
    }

    private int resample(int count) {
        int made = count;
        for (int plane = 0; plane < resamplers.length; plane++) {
            made = resamplers[plane].process(mixed[plane], 0, count, resampled[plane], 0);
        }
        return made;
    }

    private void level(int count, CanonicalFrameHandler out) {
        if (automaticGain != null && limiter != null) {
            automaticGain.process(resampled, count);
            limiter.process(resampled, count);
        }
        int skipped = Math.min(runUp, count);
        runUp -= skipped;
        quantise(skipped, count, out);
    }

    private void quantise(int from, int to, CanonicalFrameHandler out) {
        int at = from;
        while (at < to) {
            int count = Math.min(to - at, assembler.room() / CanonicalAudio.BLOCK_LENGTH);
            if (resampled.length == 1) {
                quantiser.quantise(resampled[0], at, count, assembler.frame(), assembler.fill());
            } else {
                quantiser.quantise(resampled[0], resampled[1], at, count, assembler.frame(), assembler.fill());
            }
            at += count;
            assembler.advance(count * CanonicalAudio.BLOCK_LENGTH, out);
        }
    }
}
