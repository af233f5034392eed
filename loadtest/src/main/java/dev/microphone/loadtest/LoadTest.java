package dev.microphone.loadtest;

import dev.microphone.loadtest.path.ThroughputBenchmark;
import dev.microphone.loadtest.path.TransportBenchmark;
import dev.microphone.loadtest.report.Report;
import java.util.List;

/** Every benchmark, in the order in which they are printed. */
public final class LoadTest {
    private static final List<Benchmark> ALL = List.of(new TransportBenchmark(), new ThroughputBenchmark());

    private LoadTest() {}

    /** Runs those named, all without names. */
    public static void main(String[] names) throws Exception {
        Report report = new Report(System.out);
        for (Benchmark benchmark : ALL) {
            if (names.length == 0 || List.of(names).contains(benchmark.name())) {
                report.heading(benchmark.name(), benchmark.description());
                benchmark.run(report);
            }
        }
        report.summary();
    }
}
