package dev.microphone.standalone.sdk;

import dev.microphone.processor.wasm.PluginAnatomy;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.standalone.measure.NoiseLevel;
import dev.microphone.standalone.measure.OctaveLevels;
import dev.microphone.standalone.terminal.Table;
import dev.microphone.transport.frame.CanonicalAudio;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Words and tables for what two versions of a plugin do differently. */
final class DiffReport {
    private static final int RATE_HZ = CanonicalAudio.SAMPLE_RATE_HZ;
    private static final double FULL_SCALE = 32_768;

    private DiffReport() {}

    /** @param microseconds of a frame, of both */
    static List<String> lines(
            byte[] input, DiffSide a, DiffSide b, Difference difference, double[] microseconds, Path folder)
            throws PluginRejectedException {
        List<String> lines = new ArrayList<>();
        lines.add("a: " + a.plugin());
        lines.add("b: " + b.plugin());
        lines.add("");
        lines.addAll(samples(input, difference));
        lines.add("");
        lines.addAll(table(input, a, b, microseconds).lines());
        lines.add("");
        lines.add("hear it: " + folder.resolve("a.wav") + ", " + folder.resolve("b.wav") + " and "
                + folder.resolve("difference.wav"));
        lines.add("see it:  " + folder.resolve("spectrograms.png"));
        return lines;
    }

    private static List<String> samples(byte[] input, Difference difference) {
        if (difference.isNone()) {
            return List.of("identical: every sample is the same");
        }
        int count = input.length / CanonicalAudio.BYTES_PER_SAMPLE;
        List<String> lines = new ArrayList<>();
        if (difference.delaySamples() != 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "b comes %d samples (%.2f ms) %s than a, beside what both declare; laid over each other:",
                    Math.abs(difference.delaySamples()),
                    Math.abs(difference.delaySamples()) * 1_000.0 / RATE_HZ,
                    difference.delaySamples() > 0 ? "later" : "earlier"));
        }
        if (difference.firstSample() < 0) {
            lines.add("every sample is the same");
            return lines;
        }
        lines.add(String.format(
                Locale.ROOT,
                "%,d of %,d samples differ (%.1f %%), the first at %.4f s (sample %d)",
                difference.differingSamples(),
                count,
                100.0 * difference.differingSamples() / count,
                (double) difference.firstSample() / RATE_HZ,
                difference.firstSample()));
        lines.add(String.format(
                Locale.ROOT,
                "largest difference %,d LSB (%s), RMS %.2f LSB (%s); alike to %.4f of 1",
                difference.largest(),
                dbfs(20 * Math.log10(difference.largest() / FULL_SCALE)),
                difference.rmsLsb(),
                dbfs(20 * Math.log10(difference.rmsLsb() / FULL_SCALE)),
                difference.similarity()));
        return lines;
    }

    private static Table table(byte[] input, DiffSide a, DiffSide b, double[] microseconds)
            throws PluginRejectedException {
        float[] in = Pcm.left(input);
        float[] first = Pcm.left(a.pcm());
        float[] second = Pcm.left(b.pcm());
        Table table = new Table("", "input", "a", "b", "b against a");
        decibels(table, "level", NoiseLevel.rmsDbfs(in), NoiseLevel.rmsDbfs(first), NoiseLevel.rmsDbfs(second));
        decibels(
                table,
                "noise floor (quietest tenth)",
                NoiseLevel.floorDbfs(in, RATE_HZ),
                NoiseLevel.floorDbfs(first, RATE_HZ),
                NoiseLevel.floorDbfs(second, RATE_HZ));
        double[] inBands = OctaveLevels.of(in, RATE_HZ);
        double[] firstBands = OctaveLevels.of(first, RATE_HZ);
        double[] secondBands = OctaveLevels.of(second, RATE_HZ);
        for (int i = 0; i < inBands.length; i++) {
            decibels(
                    table,
                    "octave at " + OctaveLevels.CENTRES_HZ.get(i) + " Hz",
                    inBands[i],
                    firstBands[i],
                    secondBands[i]);
        }
        table.row(
                "declared delay",
                "",
                a.declaredDelaySamples() + " samples",
                b.declaredDelaySamples() + " samples",
                String.format(Locale.ROOT, "%+d", b.declaredDelaySamples() - a.declaredDelaySamples()));
        table.row(
                "time of a 20 ms frame, p50",
                "",
                String.format(Locale.ROOT, "%.1f µs", microseconds[0]),
                String.format(Locale.ROOT, "%.1f µs", microseconds[1]),
                String.format(Locale.ROOT, "%.2f ×", microseconds[1] / microseconds[0]));
        table.row("memory an instance", "", memory(a), memory(b), "");
        table.row(
                "module",
                "",
                String.format(Locale.ROOT, "%,d bytes", a.wasm().length),
                String.format(Locale.ROOT, "%,d bytes", b.wasm().length),
                String.format(Locale.ROOT, "%+,d", b.wasm().length - a.wasm().length));
        return table;
    }

    private static String memory(DiffSide side) throws PluginRejectedException {
        return PluginAnatomy.of(side.wasm(), PluginLimits.defaults()).memoryBytes() / 1024 + " KiB";
    }

    private static void decibels(Table table, String what, double in, double a, double b) {
        table.row(
                what,
                dbfs(in),
                dbfs(a),
                dbfs(b),
                String.format(Locale.ROOT, "%+.1f dB", b - a).replace('-', '−'));
    }

    private static String dbfs(double level) {
        return String.format(Locale.ROOT, "%.1f dBFS", level).replace('-', '−');
    }
}
