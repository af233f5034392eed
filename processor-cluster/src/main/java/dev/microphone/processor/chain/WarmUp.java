package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginFault;
import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.transport.frame.CanonicalAudio;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.agrona.concurrent.NanoClock;

/**
 * Runs frames through a plugin before it is live, so that the JIT has compiled it by then: a frame of RNNoise takes
 * 4 ms at first, and up to 55. A plugin that takes a far end hears one, with its echo in the frame: without, an echo
 * canceller has nothing to do.
 */
final class WarmUp {
    private static final int FRAME_LENGTH =
            CanonicalAudio.samplesPerChannel(CanonicalAudio.DEFAULT_FRAME_MILLIS) * CanonicalAudio.BLOCK_LENGTH;
    /** Frames of one kind in a row: long enough for a plugin's decisions about voice and noise to be taken both ways. */
    private static final int FRAMES_OF_A_KIND = 25;

    private static final int KINDS = 4;
    /** At first the kinds take shorter turns, so that few frames meet all of them. */
    private static final int FRAMES_OF_A_SHORT_TURN = 5;
    /** All kinds once, in short turns: the plugin keeps up when its frames take no longer than the limit in the mean. */
    private static final int KEEPING_UP_FRAMES = KINDS * FRAMES_OF_A_SHORT_TURN;
    /** And none of them more than five times the limit: half of what it may take until it is warm. */
    private static final int LONGEST_OF_LIMIT = 5;
    /** All kinds once, each frame within half of its limit: warm, when the plugin has had its frames. */
    private static final int STEADY_SHARE = 2;

    private static final int STEADY_FRAMES = KINDS * FRAMES_OF_A_KIND;
    /** A plugin of many functions, on a machine that is busy, takes more frames than others: up to so many times. */
    private static final int MOST_ROUNDS = 3;
    /**
     * Warm before that when all kinds have passed in a tenth of the limit, twice: should the JIT drop code, the plugin
     * is within its limit all the same. RNNoise needs all frames, a filter a fifth of them.
     */
    private static final int QUICK_SHARE = 10;

    private static final int QUICK_FRAMES = 2 * KINDS * FRAMES_OF_A_KIND;
    /**
     * A minute: eight times what the slowest official plugin takes on two busy cores. No other plugin can be loaded,
     * resumed or rolled back meanwhile.
     */
    static final long LONGEST_NS = 60_000_000_000L;

    /** The JIT has settled when so many frames bring no further gain, by the mean of all kinds. */
    private static final int SETTLED_FRAMES = 3 * KINDS * FRAMES_OF_A_KIND;

    /** Less is chance. */
    private static final double GAIN_SHARE = 0.9;

    private final PluginInstance instance;
    private final int frames;
    private final NanoClock clock;
    private final boolean takesReference;
    private final long limitNs;
    private final byte[] pcm = new byte[FRAME_LENGTH];
    private final byte[] farEnd = new byte[FRAME_LENGTH];
    private final byte[][] cycle;
    private final SplittableRandom random = new SplittableRandom(1);
    private final long startNs;
    private int done;
    private final long[] recentNs = new long[KEEPING_UP_FRAMES];
    private long recentSumNs;
    private int shortFrames;
    private int steadyFrames;
    private int quickFrames;
    private long cycleNs;
    private long bestCycleNs = Long.MAX_VALUE;
    private int framesSinceGain;

    /**
     * @param instance of nobody else
     * @param frames so many; fewer when the plugin is quick, more while it is slow
     * @param clock monotonic
     */
    WarmUp(PluginInstance instance, int frames, NanoClock clock) {
        this.instance = instance;
        this.frames = frames;
        this.clock = clock;
        takesReference = instance.module().takesReference();
        limitNs = instance.module().limits().frameBudgetNs();
        cycle = new byte[Math.min(frames, KINDS * FRAMES_OF_A_KIND)][FRAME_LENGTH];
        for (int i = 0; i < cycle.length; i++) {
            fill(cycle[i], i, random);
        }
        startNs = clock.nanoTime();
    }

    /**
     * Until frames of all kinds have taken no longer than the limit, in the mean: enough to begin with, while {@link
     * #untilWarm} goes on beside it. Not each of them: where the JIT and others need the processor, a frame now and then
     * takes milliseconds more by the clock, however quick the code is. A plugin that never gets there ends as there. May
     * be interrupted between two frames.
     *
     * @throws PluginRejectedException as {@link #untilWarm}
     */
    void untilKeepingUp(Watch watch) throws PluginRejectedException {
        while (!isWarm() && !keepsUp() && !Thread.currentThread().isInterrupted()) {
            runFrame(watch);
        }
    }

    private boolean keepsUp() {
        return shortFrames >= KEEPING_UP_FRAMES && recentSumNs <= KEEPING_UP_FRAMES * limitNs;
    }

    /**
     * Until nothing is gained any more, or the plugin is far within its limit. May be interrupted between two frames.
     *
     * @param pause told how long each frame took, nanoseconds: may wait where others need the processor
     * @throws PluginRejectedException when the plugin fails, or is still above its limit after a minute
     */
    void untilWarm(Watch watch, LongConsumer pause) throws PluginRejectedException {
        while (!isWarm() && !Thread.currentThread().isInterrupted()) {
            pause.accept(runFrame(watch));
        }
    }

    private boolean isWarm() {
        return done >= MOST_ROUNDS * frames
                || quickFrames >= QUICK_FRAMES
                || (done >= frames && steadyFrames >= STEADY_FRAMES && framesSinceGain >= SETTLED_FRAMES);
    }

    /** @return how long it took, nanoseconds */
    private long runFrame(Watch watch) throws PluginRejectedException {
        long budgetNs = instance.module().limits().warmUpFrameBudgetNs();
        long beforeNs = clock.nanoTime();
        System.arraycopy(cycle[positionInCycle()], 0, pcm, 0, FRAME_LENGTH);
        PluginFault fault = PluginFault.NONE;
        if (takesReference) {
            addEcho(pcm, farEnd);
            fillFarEnd(farEnd, random);
            fault = instance.processReference(farEnd, 0, FRAME_LENGTH, watch, budgetNs);
        }
        if (fault == PluginFault.NONE) {
            fault = instance.process(pcm, 0, FRAME_LENGTH, watch, budgetNs);
        }
        if (fault != PluginFault.NONE) {
            throw new PluginRejectedException(
                    "fails on frame " + done + " of its warm-up: " + fault.label() + " " + instance.lastFaultMessage());
        }
        long nowNs = clock.nanoTime();
        long tookNs = nowNs - beforeNs;
        count(tookNs);
        if (isOver(nowNs - startNs, tookNs, limitNs)) {
            done = MOST_ROUNDS * frames;
        }
        return tookNs;
    }

    private int positionInCycle() {
        if (done >= cycle.length || cycle.length < KINDS * FRAMES_OF_A_KIND) {
            return done % cycle.length;
        }
        int turn = done / FRAMES_OF_A_SHORT_TURN;
        return turn % KINDS * FRAMES_OF_A_KIND + turn / KINDS * FRAMES_OF_A_SHORT_TURN + done % FRAMES_OF_A_SHORT_TURN;
    }

    private void count(long tookNs) {
        int oldest = done % KEEPING_UP_FRAMES;
        recentSumNs += tookNs - recentNs[oldest];
        recentNs[oldest] = tookNs;
        shortFrames = tookNs <= LONGEST_OF_LIMIT * limitNs ? shortFrames + 1 : 0;
        done++;
        steadyFrames = tookNs < limitNs / STEADY_SHARE ? steadyFrames + 1 : 0;
        quickFrames = tookNs < limitNs / QUICK_SHARE ? quickFrames + 1 : 0;
        framesSinceGain++;
        cycleNs += tookNs;
        if (done % cycle.length == 0) {
            if (cycleNs < GAIN_SHARE * bestCycleNs) {
                bestCycleNs = cycleNs;
                framesSinceGain = 0;
            }
            cycleNs = 0;
        }
    }

    private static boolean isOver(long warmingNs, long frameNs, long limitNs) throws PluginRejectedException {
        if (warmingNs >= LONGEST_NS && frameNs > limitNs) {
            throw new PluginRejectedException(String.format(
                    Locale.ROOT,
                    "takes %.1f ms a frame after %d s of warm-up: the limit is %.1f ms",
                    frameNs / 1e6,
                    warmingNs / 1_000_000_000,
                    limitNs / 1e6));
        }
        return warmingNs >= LONGEST_NS;
    }

    /** Noise, a voice-like hum with noise (both channels equal, then different), and silence, in turn. */
    private static void fill(byte[] pcm, int frame, SplittableRandom random) {
        int kind = frame / FRAMES_OF_A_KIND % KINDS;
        ByteBuffer samples = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
        int samplesPerChannel = FRAME_LENGTH / CanonicalAudio.BLOCK_LENGTH;
        for (int i = 0; i < samplesPerChannel; i++) {
            double seconds = (frame * (double) samplesPerChannel + i) / CanonicalAudio.SAMPLE_RATE_HZ;
            double noise = random.nextDouble(-1000, 1000);
            double voice = 6000 * Math.sin(2 * Math.PI * 140 * seconds) + 3000 * Math.sin(2 * Math.PI * 1260 * seconds);
            double left = kind == 3 ? 0 : noise + (kind == 0 ? 0 : voice);
            samples.putShort((short) left);
            samples.putShort((short) (kind == 2 ? -left : left));
        }
    }

    private static void fillFarEnd(byte[] pcm, SplittableRandom random) {
        ByteBuffer samples = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
        while (samples.hasRemaining()) {
            short sample = (short) random.nextInt(-5_000, 5_000);
            samples.putShort(sample).putShort(sample);
        }
    }

    /** @param farEnd of the frame before: the echo is a frame late */
    private static void addEcho(byte[] pcm, byte[] farEnd) {
        ByteBuffer samples = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer far = ByteBuffer.wrap(farEnd).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < FRAME_LENGTH; i += Short.BYTES) {
            samples.putShort(i, (short) (samples.getShort(i) + far.getShort(i) / 2));
        }
    }
}
