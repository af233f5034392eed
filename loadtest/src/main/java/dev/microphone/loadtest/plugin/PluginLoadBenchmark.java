package dev.microphone.loadtest.plugin;

import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.ScratchFolder;
import dev.microphone.loadtest.report.Target;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.CompiledPluginCache;
import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginPrototype;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.standalone.plugin.Plugins;
import dev.microphone.transport.metrics.Metrics;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long until a plugin runs: compiled anew, from the cache, and one more instance of a loaded one. */
public final class PluginLoadBenchmark implements Benchmark {
    private static final String PLUGIN = "rnnoise";
    private static final int REPETITIONS = 15;
    /** Instances made and thrown away before one is timed, as a process has that has run for a while: its JIT knows how. */
    private static final int INSTANCES_BEFORE = 500;

    @Override
    public String name() {
        return "plugins";
    }

    @Override
    public String description() {
        return "RNNoise loaded from the cache, and a further instance, against compiling it and initialising it anew; medians of "
                + REPETITIONS;
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        if (!OfficialPlugins.names().contains(PLUGIN)) {
            report.skipped(PLUGIN, "the plugin was not built here (its source comes by apt-get on Debian)");
            return;
        }
        byte[] wasm;
        try (InputStream in = OfficialPlugins.open(PLUGIN)) {
            wasm = in.readAllBytes();
        }
        try (ScratchFolder folder = new ScratchFolder();
                Watchdog watchdog = Watchdog.start();
                Watch watch = watchdog.newWatch()) {
            measure(report, wasm, new CompiledPluginCache(folder.path()), watch);
        }
        report.summary();
    }

    private static void measure(Report report, byte[] wasm, CompiledPluginCache cache, Watch watch)
            throws PluginRejectedException {
        double firstColdMs = loadMillis(wasm, cache);
        double firstCachedMs = loadMillis(wasm, cache);
        for (int i = 0; i < REPETITIONS; i++) {
            loadMillis(wasm, cache);
        }
        PluginModule module = load(wasm, cache);
        PluginPrototype prototype = module.newPrototype(Map.of(), watch);
        double[] firstCopiesMs = new double[REPETITIONS];
        double[] firstNewMs = new double[REPETITIONS];
        for (int i = 0; i < REPETITIONS; i++) {
            firstCopiesMs[i] = copyMillis(prototype);
            firstNewMs[i] = newMillis(module, watch);
        }
        for (int i = 0; i < INSTANCES_BEFORE; i++) {
            copyMillis(prototype);
        }
        double[] cachedMs = new double[REPETITIONS];
        double[] copyMs = new double[REPETITIONS];
        double[] newMs = new double[REPETITIONS];
        for (int i = 0; i < REPETITIONS; i++) {
            cachedMs[i] = loadMillis(wasm, cache);
            copyMs[i] = copyMillis(prototype);
            newMs[i] = newMillis(module, watch);
        }
        // Last: compiling keeps the JIT busy with the compiler, and would slow down what is timed beside it.
        double[] coldMs = new double[REPETITIONS];
        for (int i = 0; i < REPETITIONS; i++) {
            coldMs[i] = loadMillis(wasm, null);
        }
        report.figure(
                "load from the cache",
                Medians.median(cachedMs),
                "compiled anew",
                Medians.median(coldMs),
                "ms",
                Target.atMost(12, "ms"));
        report.ratio("  the first of this process", firstCachedMs, "compiled anew", firstColdMs, "ms");
        report.figure(
                "a further instance, as a stream gets it",
                Medians.median(copyMs),
                "initialised anew",
                Medians.median(newMs),
                "ms",
                Target.atMost(0.3, "ms"));
        report.ratio(
                "  the first " + REPETITIONS + " of this process",
                Medians.median(firstCopiesMs),
                "initialised anew",
                Medians.median(firstNewMs),
                "ms");
        report.figure(
                "  from those that lie ready, a stream's chain",
                Medians.median(chainMillis()),
                "ms",
                Target.atMost(0.3, "ms"));
    }

    private static double[] chainMillis() throws PluginRejectedException {
        Metrics metrics = new Metrics();
        double[] millis = new double[REPETITIONS];
        try (Plugins plugins = new Plugins(PluginLimits.defaults(), 0, message -> {})) {
            PreparedChain prepared = plugins.prepare(PLUGIN);
            for (int i = -INSTANCES_BEFORE; i < REPETITIONS; i++) {
                prepared.makeReady();
                long startNs = System.nanoTime();
                Chain chain = prepared.newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, metrics);
                if (i >= 0) {
                    millis[i] = millisSince(startNs);
                }
                chain.close();
            }
        }
        return millis;
    }

    private static double copyMillis(PluginPrototype prototype) {
        long startNs = System.nanoTime();
        PluginInstance instance = prototype.newInstance();
        double millis = millisSince(startNs);
        instance.release();
        return millis;
    }

    private static double newMillis(PluginModule module, Watch watch) throws PluginRejectedException {
        long startNs = System.nanoTime();
        PluginInstance instance = module.newInstance(Map.of(), watch);
        double millis = millisSince(startNs);
        instance.release();
        return millis;
    }

    private static double loadMillis(byte[] wasm, @Nullable CompiledPluginCache cache) throws PluginRejectedException {
        long startNs = System.nanoTime();
        load(wasm, cache);
        return millisSince(startNs);
    }

    private static PluginModule load(byte[] wasm, @Nullable CompiledPluginCache cache) throws PluginRejectedException {
        return PluginModule.load(wasm, PluginLimits.defaults(), cache, warning -> {
            throw new IllegalStateException(warning);
        });
    }

    private static double millisSince(long startNs) {
        return (System.nanoTime() - startNs) / 1e6;
    }
}
