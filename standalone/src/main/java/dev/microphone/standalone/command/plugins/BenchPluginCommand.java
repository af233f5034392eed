package dev.microphone.standalone.command.plugins;

import dev.microphone.processor.wasm.PluginAnatomy;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.standalone.measure.CrossCorrelation;
import dev.microphone.standalone.sdk.PluginBench;
import dev.microphone.standalone.sdk.PluginBytes;
import dev.microphone.standalone.terminal.Table;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.CanonicalAudio;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plugins bench}. */
@Command(
        name = "bench",
        description = "Measures one plugin: time a frame, allocation, load times, size, delay.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone plugins bench tremolo/tremolo.wasm",
            "  microphone plugins bench \"gain(db=6)\" --frame-millis 10"
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class BenchPluginCommand implements Callable<Integer> {
    /** Below, what comes out is too little like what went in to say where it lies. */
    private static final double LEAST_SIMILARITY = 0.3;
    /** A filter's phase moves the best match a little. */
    private static final int AGREEMENT_SAMPLES = 48;

    private static final int MAX_SECONDS = 3_600;

    @Parameters(paramLabel = "PLUGIN", description = "A .wasm file or a name, with parameters if need be.")
    private String plugin;

    @Option(
            names = "--frame-millis",
            paramLabel = "5|10|20",
            defaultValue = "20",
            description = "Duration of a frame; default ${DEFAULT-VALUE}.")
    private int frameMillis;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Of audio, of each input; default ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--reference", description = "Gives it a far-end frame before each frame.")
    private boolean reference;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (!CanonicalAudio.isFrameMillis(frameMillis)) {
            throw UserError.badUsage("--frame-millis " + frameMillis + ": allowed are 5, 10 and 20");
        }
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw UserError.badUsage("--seconds " + seconds + ": allowed are 1 to " + MAX_SECONDS);
        }
        PluginBytes read = PluginBytes.read(plugin);
        try (PluginBench bench = new PluginBench(read.wasm(), read.parameters(), frameMillis, reference)) {
            print(bench);
        } catch (PluginRejectedException e) {
            throw UserError.failed("plugin '" + plugin + "' " + e.getMessage(), e);
        }
        return 0;
    }

    private void print(PluginBench bench) throws PluginRejectedException {
        PrintWriter out = spec.commandLine().getOut();
        int warmUpFrames = bench.warmUp();
        List<PluginBench.Timing> timings = bench.run(seconds);
        out.printf(
                Locale.ROOT,
                "%s: frames of %d ms, %d s of each input, behind %d frames of warm-up%n%n",
                plugin,
                frameMillis,
                seconds,
                warmUpFrames);
        Table table =
                new Table("input", "p50", "p99", "max", "p99 of the budget", "p50 of real time", "allocated a frame");
        for (PluginBench.Timing timing : timings) {
            table.row(
                    timing.input(),
                    micros(timing.p50Ns()),
                    micros(timing.p99Ns()),
                    micros(timing.maxNs()),
                    percent(timing.p99Ns() / bench.frameBudgetNs()),
                    percent(timing.p50Ns() / (frameMillis * 1e6)),
                    String.format(Locale.ROOT, "%.0f bytes", timing.allocatedBytes()));
        }
        table.lines().forEach(out::println);
        out.println();
        PluginAnatomy anatomy = bench.anatomy();
        PluginBench.LoadTimes load = bench.loadTimes();
        Table facts = new Table("what", "measured", "limit");
        facts.row("budget of a frame", "", String.format(Locale.ROOT, "%.1f ms", bench.frameBudgetNs() / 1e6));
        facts.row("load, compiled anew", String.format(Locale.ROOT, "%.1f ms", load.coldMillis()), "");
        facts.row("load from the cache", String.format(Locale.ROOT, "%.1f ms", load.cachedMillis()), "");
        facts.row("a further instance", String.format(Locale.ROOT, "%.2f ms", load.instanceMillis()), "");
        facts.row(
                "memory an instance",
                String.format(Locale.ROOT, "%d KiB", anatomy.memoryBytes() / 1024),
                String.format(Locale.ROOT, "%d KiB", PluginLimits.defaults().memoryBytes() / 1024));
        facts.row(
                "longest method, " + anatomy.largestFunction(),
                String.format(Locale.ROOT, "%,d bytecodes", anatomy.largestBytecodes()),
                String.format(Locale.ROOT, "%,d", PluginAnatomy.JIT_LIMIT_BYTECODES));
        int declared = bench.declaredDelaySamples();
        facts.row("delay, declared", samples(declared), "");
        facts.row("delay, measured", measured(bench.measuredDelay(), declared), "");
        facts.lines().forEach(out::println);
    }

    private static String measured(CrossCorrelation.Match match, int declared) {
        if (match.similarity() < LEAST_SIMILARITY) {
            return "cannot be told: too little of a voice comes out as it went in";
        }
        boolean agrees = Math.abs(match.delaySamples() - declared) <= AGREEMENT_SAMPLES;
        return samples(match.delaySamples())
                + (agrees
                        ? ", as declared"
                        : "; latency_samples() says otherwise: recordings will lie beside their input");
    }

    private static String samples(int count) {
        return count + " samples (" + Sizes.milliseconds(Math.max(0, count)) + ")";
    }

    private static String micros(double nanos) {
        return String.format(Locale.ROOT, "%.1f µs", nanos / 1_000);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, share < 0.01 ? "%.2f %%" : "%.1f %%", share * 100);
    }
}
