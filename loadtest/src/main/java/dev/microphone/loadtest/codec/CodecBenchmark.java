package dev.microphone.loadtest.codec;

import dev.microphone.loadtest.report.Report;
import dev.microphone.standalone.bench.Benchmark;
import java.io.PrintStream;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The frame codec against a copy of the same bytes, by JMH. */
public final class CodecBenchmark implements Benchmark {
    private static final int WARM_UP_ITERATIONS = 3;
    private static final int ITERATIONS = 5;
    private static final TimeValue ITERATION = TimeValue.milliseconds(400);

    @Override
    public String name() {
        return "codec";
    }

    @Override
    public String description() {
        return "a frame of 20 ms sealed, decoded and checked for gaps, against one copy of its bytes (JMH)";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        Options options = new OptionsBuilder()
                .include(FrameCosts.class.getName())
                .forks(1)
                .warmupIterations(WARM_UP_ITERATIONS)
                .warmupTime(ITERATION)
                .measurementIterations(ITERATIONS)
                .measurementTime(ITERATION)
                .verbosity(VerboseMode.SILENT)
                .build();
        Map<String, Double> scores = new Runner(options)
                .run().stream()
                        .collect(Collectors.toMap(
                                result -> result.getPrimaryResult().getLabel(),
                                result -> result.getPrimaryResult().getScore()));
        double copy = score(scores, "copy");
        report.ratio("header and checksum written (seal)", score(scores, "seal"), "copy", copy, "ns");
        report.ratio("copied in and verified (decode)", score(scores, "decode"), "copy", copy, "ns");
        report.ratio("gap detector", score(scores, "detectGaps"), "copy", copy, "ns");
        report.summary();
    }

    private static double score(Map<String, Double> scores, String name) {
        return Objects.requireNonNull(scores.get(name), name);
    }
}
