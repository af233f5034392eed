package dev.microphone.standalone.sdk;

import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.standalone.batch.Batch;
import dev.microphone.standalone.batch.BatchPlan;
import dev.microphone.standalone.batch.BatchProgress;
import dev.microphone.standalone.batch.OutputFormat;
import dev.microphone.standalone.measure.SpectrogramPng;
import dev.microphone.standalone.plugin.Plugins;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Sends one file through two plugins, each through the real chain, and measures what comes out differently. */
public final class PluginDiff {
    /** Drawn and correlated in memory. */
    private static final int MAX_SECONDS = 600;

    private static final int COST_ROUNDS = 3;

    private final Path folder;
    private final Consumer<String> messages;

    /**
     * @param folder for the files: both results, the difference, the spectrograms; those of an earlier run are replaced
     * @param messages told what is odd, in one line
     */
    public PluginDiff(Path folder, Consumer<String> messages) {
        this.folder = folder;
        this.messages = messages;
    }

    /**
     * Compares.
     *
     * @param before and after, as a chain names them
     * @return lines for the user
     */
    public List<String> run(String before, String after, Path input)
            throws IOException, InterruptedException, PluginRejectedException {
        Files.createDirectories(folder);
        byte[] in = process("none", input, "input.wav");
        if (in.length > MAX_SECONDS * CanonicalAudio.SAMPLE_RATE_HZ * CanonicalAudio.BLOCK_LENGTH) {
            throw UserError.failed(input + " is longer than " + MAX_SECONDS / 60 + " minutes: cut it first");
        }
        DiffSide a = side(before, input, "a.wav");
        DiffSide b = side(after, input, "b.wav");
        double[] microseconds = cost(before, after, in);
        Difference difference = Difference.between(a.pcm(), b.pcm());
        Pcm.write(difference.pcm(), folder.resolve("difference.wav"));
        new SpectrogramPng(before + " and " + after, CanonicalAudio.SAMPLE_RATE_HZ)
                .panel("what went in", Pcm.left(in))
                .panel("a: " + before, Pcm.left(a.pcm()))
                .panel("b: " + after, Pcm.left(b.pcm()))
                .panel("b − a", Pcm.left(difference.pcm()))
                .write(folder.resolve("spectrograms.png"));
        return DiffReport.lines(in, a, b, difference, microseconds, folder);
    }

    private DiffSide side(String plugin, Path input, String output) throws IOException, InterruptedException {
        PluginBytes read = PluginBytes.read(plugin);
        byte[] pcm = process(plugin, input, output);
        try (Plugins plugins = new Plugins(Plugins.OFFLINE_LIMITS, 0, messages)) {
            return new DiffSide(
                    plugin,
                    read.wasm(),
                    pcm,
                    plugins.prepare(plugin).latencySamples(CanonicalAudio.MAX_SAMPLES_PER_CHANNEL));
        }
    }

    /** µs for a frame of 20 ms of this input, medians of several rounds in turn. */
    private static double[] cost(String before, String after, byte[] in) throws IOException, PluginRejectedException {
        PluginBytes a = PluginBytes.read(before);
        PluginBytes b = PluginBytes.read(after);
        try (PluginBench first = new PluginBench(a.wasm(), a.parameters(), CanonicalAudio.DEFAULT_FRAME_MILLIS, false);
                PluginBench second =
                        new PluginBench(b.wasm(), b.parameters(), CanonicalAudio.DEFAULT_FRAME_MILLIS, false)) {
            first.warmUp();
            second.warmUp();
            double[] times = new double[2];
            for (int i = 0; i < COST_ROUNDS; i++) {
                times[0] += first.p50Ns(in) / 1_000 / COST_ROUNDS;
                times[1] += second.p50Ns(in) / 1_000 / COST_ROUNDS;
            }
            return times;
        }
    }

    private byte[] process(String chain, Path input, String output) throws IOException, InterruptedException {
        Path target = folder.resolve(output);
        Metrics metrics = new Metrics();
        try (Plugins plugins = new Plugins(Plugins.OFFLINE_LIMITS, 0, messages)) {
            PreparedChain prepared = plugins.prepare(chain);
            Batch batch = new Batch(
                    NormaliserSettings.forFiles(),
                    faults -> prepared.newChain(FaultPolicy.DEFAULT, faults, metrics),
                    1,
                    new Told(messages));
            Batch.Outcome outcome = batch.run(BatchPlan.of(List.of(input), target.toString(), OutputFormat.WAV, true));
            if (outcome.done() != 1) {
                throw UserError.failed(input + " did not pass " + chain);
            }
        }
        return Pcm.read(target);
    }

    private record Told(Consumer<String> messages) implements BatchProgress {
        @Override
        public void advanced(Path input, long bytes, long audioNs) {
            // Short files: nobody waits long enough for a bar.
        }

        @Override
        public void warned(Path input, String warning) {
            messages.accept("warning: " + input + ": " + warning);
        }

        @Override
        public void failed(Path input, String reason) {
            messages.accept(input + ": " + reason);
        }
    }
}
