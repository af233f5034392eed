package dev.microphone.loadtest.plugin;

import com.sun.management.ThreadMXBean;
import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginFiles;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.metrics.Metrics;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.jspecify.annotations.Nullable;

/** One chain, as the processor runs it, over sound in memory; on the calling thread. */
final class WasmRunner implements AutoCloseable {
    /** A frame that something else on the machine delays must not end the measurement. */
    private static final PluginLimits LIMITS = PluginLimits.defaults().withFrameBudgetNs(TimeUnit.SECONDS.toNanos(1));

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Watchdog watchdog = Watchdog.start();
    private final Metrics metrics = new Metrics();
    private final PluginLibrary library;
    private final Chain chain;
    private final Frame frame = new Frame();
    private final Frame reference = new Frame();
    private final byte[] pcm;
    private final byte @Nullable [] far;
    private final int frameLength;

    /** @param pcm canonical, both channels equal */
    WasmRunner(String chainText, int frameMillis, byte[] pcm) throws PluginRejectedException {
        this(chainText, frameMillis, pcm, null);
    }

    /** @param far as long as {@code pcm}: what the loudspeaker plays; or null */
    WasmRunner(String chainText, int frameMillis, byte[] pcm, byte @Nullable [] far) throws PluginRejectedException {
        this.pcm = pcm;
        this.far = far;
        this.frameLength = CanonicalAudio.samplesPerChannel(frameMillis) * CanonicalAudio.BLOCK_LENGTH;
        frame.samplesPerChannel(CanonicalAudio.samplesPerChannel(frameMillis));
        reference.samplesPerChannel(CanonicalAudio.samplesPerChannel(frameMillis));
        library = new PluginLibrary(
                PluginFiles.official(), LIMITS, null, watchdog, PluginLibrary.DEFAULT_WARM_UP_FRAMES, warning -> {});
        boolean made = false;
        try {
            chain = library.prepare(ChainSpec.parse(chainText))
                    .newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, metrics);
            made = true;
        } finally {
            if (!made) {
                CloseHelper.closeAll(library, watchdog);
            }
        }
    }

    /**
     * Runs all frames through the chain once; the far end's part of a frame counts with it, and its copy into the frame
     * as it does in the native program. The processor's clock is read twice in all: that takes a microsecond each.
     *
     * @param wallTimesNs gets each frame's time
     * @return the thread's processor time for a frame, µs: what others do on the machine does not count
     */
    double cpuMicrosPerFrame(Histogram wallTimesNs) {
        int frames = pcm.length / frameLength;
        long cpuBeforeNs = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < frames; i++) {
            fill(i);
            long beforeNs = System.nanoTime();
            process();
            wallTimesNs.recordValue(System.nanoTime() - beforeNs);
        }
        long cpuNs = threads.getCurrentThreadCpuTime() - cpuBeforeNs;
        refuseFaults();
        return cpuNs / 1e3 / frames;
    }

    /** Runs all frames through the chain once. */
    byte[] output() {
        int frames = pcm.length / frameLength;
        byte[] out = new byte[frames * frameLength];
        for (int i = 0; i < frames; i++) {
            fill(i);
            process();
            System.arraycopy(frame.bytes(), frame.pcmOffset(), out, i * frameLength, frameLength);
        }
        refuseFaults();
        return out;
    }

    int latencySamples() {
        return chain.latencySamples(frame.samplesPerChannel());
    }

    private void fill(int index) {
        if (far != null) {
            System.arraycopy(far, index * frameLength, reference.bytes(), reference.pcmOffset(), frameLength);
            reference.flags(FrameFlags.REFERENCE).sequence(index);
        }
        System.arraycopy(pcm, index * frameLength, frame.bytes(), frame.pcmOffset(), frameLength);
        frame.flags(FrameFlags.DUAL_MONO).sequence(index);
    }

    private void process() {
        if (far != null) {
            chain.processReference(reference);
        }
        chain.process(frame);
    }

    private void refuseFaults() {
        long faults = metrics.sum("microphone_plugin_errors_total");
        if (faults > 0) {
            throw new IllegalStateException(faults + " plugin faults: the figures would be of frames passed through");
        }
    }

    @Override
    public void close() {
        CloseHelper.closeAll(chain, library, watchdog);
    }
}
