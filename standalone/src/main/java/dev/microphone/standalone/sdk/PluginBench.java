package dev.microphone.standalone.sdk;

import com.sun.management.ThreadMXBean;
import dev.microphone.processor.wasm.CompiledPluginCache;
import dev.microphone.processor.wasm.PluginAnatomy;
import dev.microphone.processor.wasm.PluginFault;
import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginPrototype;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.standalone.demo.DemoAudio;
import dev.microphone.standalone.measure.CrossCorrelation;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.CanonicalAudio;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures one plugin as the processor calls it: watchdog, copy in, call, copy out. Belongs to the thread that made it.
 */
public final class PluginBench implements AutoCloseable {
    /** RNNoise runs at its final speed after some 500 to 900. */
    private static final int WARM_UP_FRAMES = 1_000;
    /** A plugin that is too slow for a stream would take minutes to warm up. */
    private static final long WARM_UP_LIMIT_NS = 4_000_000_000L;
    /** Each further instance begins with cold memory. */
    private static final int SETTLING_FRAMES = 50;

    /** The least of them counts: what the JVM allocates once is not the plugin's. */
    private static final int ALLOCATION_PARTS = 5;

    private static final int LOADS = 5;
    private static final int MAX_DELAY_SAMPLES = CanonicalAudio.SAMPLE_RATE_HZ / 2;

    /**
     * How long frames of one kind took.
     *
     * @param allocatedBytes a frame
     */
    public record Timing(String input, double p50Ns, double p99Ns, double maxNs, double allocatedBytes) {}

    /** Milliseconds: compiled anew, from the cache, and a further instance. Medians but for the first. */
    public record LoadTimes(double coldMillis, double cachedMillis, double instanceMillis) {}

    private final byte[] wasm;
    private final Map<String, String> parameters;
    private final int frameMillis;
    private final boolean withReference;
    private final int lengthBytes;
    private final PluginLimits limits = PluginLimits.defaults();
    private final Watchdog watchdog = Watchdog.start();
    private final Watch watch = watchdog.newWatch();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final PluginModule module;
    private final LoadTimes loadTimes;

    /**
     * Loads it several times.
     *
     * @param withReference whether each frame is preceded by one of the far end
     * @throws PluginRejectedException when it would not be loaded, or does not take the parameters
     */
    public PluginBench(byte[] wasm, Map<String, String> parameters, int frameMillis, boolean withReference)
            throws PluginRejectedException, IOException {
        this.wasm = wasm;
        this.parameters = parameters;
        this.frameMillis = frameMillis;
        this.withReference = withReference;
        this.lengthBytes = CanonicalAudio.samplesPerChannel(frameMillis) * CanonicalAudio.BLOCK_LENGTH;
        long startNs = System.nanoTime();
        this.module = PluginModule.load(wasm, limits, null, warning -> {});
        double coldMillis = millisSince(startNs);
        if (withReference && !module.takesReference()) {
            throw UserError.badUsage("--reference: the plugin does not export process_reference");
        }
        this.loadTimes = new LoadTimes(coldMillis, cachedMillis(), instanceMillis());
    }

    private double cachedMillis() throws PluginRejectedException, IOException {
        Path folder = Files.createTempDirectory("microphone-bench");
        try {
            CompiledPluginCache cache = new CompiledPluginCache(folder);
            PluginModule.load(wasm, limits, cache, warning -> {});
            double[] millis = new double[LOADS];
            for (int i = 0; i < LOADS; i++) {
                long startNs = System.nanoTime();
                PluginModule.load(wasm, limits, cache, warning -> {});
                millis[i] = millisSince(startNs);
            }
            return median(millis);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** As a stream gets one: a copy of an instance that was initialised before. */
    private double instanceMillis() throws PluginRejectedException {
        PluginPrototype prototype = module.newPrototype(parameters, watch);
        double[] millis = new double[LOADS];
        for (int i = 0; i < LOADS; i++) {
            long startNs = System.nanoTime();
            prototype.newInstance();
            millis[i] = millisSince(startNs);
        }
        return median(millis);
    }

    public LoadTimes loadTimes() {
        return loadTimes;
    }

    /** What it is made of. */
    public PluginAnatomy anatomy() throws PluginRejectedException {
        return PluginAnatomy.of(wasm, limits);
    }

    /** What a frame may take live, before it passes through unprocessed. */
    public long frameBudgetNs() {
        return limits.frameBudgetNs();
    }

    /** @return how many frames it took; less than 1,000 when they are very slow */
    public int warmUp() throws PluginRejectedException {
        PluginInstance instance = module.newInstance(parameters, watch);
        List<byte[]> inputs = new ArrayList<>();
        for (BenchInput input : BenchInput.values()) {
            inputs.add(input.pcm(CanonicalAudio.SAMPLE_RATE_HZ));
        }
        byte[] frame = new byte[lengthBytes];
        long startNs = System.nanoTime();
        int frames = 0;
        while (frames < WARM_UP_FRAMES && System.nanoTime() - startNs < WARM_UP_LIMIT_NS) {
            byte[] pcm = inputs.get(frames / 25 % inputs.size());
            process(instance, pcm, frames, frame, "warm-up");
            frames++;
        }
        return frames;
    }

    /** Times frames of each kind, on an instance each. */
    public List<Timing> run(int seconds) throws PluginRejectedException {
        List<Timing> timings = new ArrayList<>();
        for (BenchInput input : BenchInput.values()) {
            timings.add(time(input, seconds));
        }
        return timings;
    }

    private Timing time(BenchInput input, int seconds) throws PluginRejectedException {
        byte[] pcm = input.pcm(Math.min(seconds, 10) * CanonicalAudio.SAMPLE_RATE_HZ);
        PluginInstance instance = module.newInstance(parameters, watch);
        byte[] frame = new byte[lengthBytes];
        for (int i = 0; i < SETTLING_FRAMES; i++) {
            process(instance, pcm, i, frame, input.label());
        }
        long[] durationsNs = new long[seconds * 1_000 / frameMillis];
        int part = durationsNs.length / ALLOCATION_PARTS;
        long allocated = Long.MAX_VALUE;
        for (int start = 0; start < durationsNs.length; start += part) {
            int end = Math.min(start + part, durationsNs.length);
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = start; i < end; i++) {
                durationsNs[i] = process(instance, pcm, i, frame, input.label());
            }
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
        }
        Arrays.sort(durationsNs);
        return new Timing(
                input.label(),
                durationsNs[durationsNs.length / 2],
                durationsNs[(int) (durationsNs.length * 0.99)],
                durationsNs[durationsNs.length - 1],
                (double) allocated / part);
    }

    /** Median time of a frame of this audio, on a fresh instance. */
    public double p50Ns(byte[] pcm) throws PluginRejectedException {
        PluginInstance instance = module.newInstance(parameters, watch);
        byte[] frame = new byte[lengthBytes];
        long[] durationsNs = new long[Math.max(1, pcm.length / lengthBytes)];
        if (pcm.length >= lengthBytes) {
            for (int i = 0; i < durationsNs.length; i++) {
                durationsNs[i] = process(instance, pcm, i, frame, "the input");
            }
        }
        Arrays.sort(durationsNs);
        return durationsNs[durationsNs.length / 2];
    }

    /** @return ns that the plugin took, with its reference frame where it gets one */
    private long process(PluginInstance instance, byte[] pcm, int number, byte[] frame, String input) {
        int frames = pcm.length / lengthBytes;
        System.arraycopy(pcm, number % frames * lengthBytes, frame, 0, lengthBytes);
        long startNs = System.nanoTime();
        PluginFault fault = PluginFault.NONE;
        if (withReference) {
            fault = instance.processReference(frame, 0, lengthBytes, watch, limits.warmUpFrameBudgetNs());
        }
        if (fault == PluginFault.NONE) {
            fault = instance.process(frame, 0, lengthBytes, watch, limits.warmUpFrameBudgetNs());
        }
        long durationNs = System.nanoTime() - startNs;
        if (fault != PluginFault.NONE) {
            String message = instance.lastFaultMessage();
            throw UserError.failed("the plugin fails on frame " + number + " of " + input + ": " + fault.label()
                    + (message.isEmpty() ? "" : ", " + message));
        }
        return durationNs;
    }

    /** As the plugin says of such frames, samples at 48 kHz. */
    public int declaredDelaySamples() throws PluginRejectedException {
        return module.newPrototype(parameters, watch).latencySamples(CanonicalAudio.samplesPerChannel(frameMillis));
    }

    /** How far a spoken sentence comes out behind where it went in; dissimilar when the plugin changes it too much. */
    public CrossCorrelation.Match measuredDelay() throws PluginRejectedException {
        float[] voice = DemoAudio.make(0).voice();
        float[] heard = new float[voice.length];
        PluginInstance instance = module.newInstance(parameters, watch);
        int samples = lengthBytes / CanonicalAudio.BLOCK_LENGTH;
        byte[] frame = new byte[lengthBytes];
        for (int start = 0; start + samples <= voice.length; start += samples) {
            for (int i = 0; i < samples; i++) {
                int sample = Math.clamp(Math.round(voice[start + i] * 32_768), Short.MIN_VALUE, Short.MAX_VALUE);
                for (int channel = 0; channel < 2; channel++) {
                    frame[4 * i + 2 * channel] = (byte) sample;
                    frame[4 * i + 2 * channel + 1] = (byte) (sample >> 8);
                }
            }
            process(instance, frame, 0, frame, "the voice");
            for (int i = 0; i < samples; i++) {
                heard[start + i] = (short) ((frame[4 * i] & 0xff) | (frame[4 * i + 1] << 8)) / 32_768f;
            }
        }
        return CrossCorrelation.of(voice, heard, MAX_DELAY_SAMPLES);
    }

    private static double millisSince(long startNs) {
        return (System.nanoTime() - startNs) / 1e6;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    @Override
    public void close() {
        watch.close();
        watchdog.close();
    }
}
