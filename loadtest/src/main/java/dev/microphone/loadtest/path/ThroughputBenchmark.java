package dev.microphone.loadtest.path;

import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.Target;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.transport.service.ErrorLog;
import java.io.PrintStream;
import org.agrona.concurrent.SystemEpochClock;

/** How many frames a second go through the whole path when the sender never waits, against bare Aeron. */
public final class ThroughputBenchmark implements Benchmark {
    private static final int STREAMS = 200;
    private static final int REPETITIONS = 5;
    private static final double WARM_UP_SECONDS = 1;
    private static final double SECONDS = 2;

    @Override
    public String name() {
        return "throughput";
    }

    @Override
    public String description() {
        return STREAMS + " streams, as fast as the path takes them, agent -> processor -> router, pass-through chain, "
                + Runtime.getRuntime().availableProcessors() + " cores; medians of " + REPETITIONS + " runs in turn";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        PathRuns runs = new PathRuns(new ErrorLog(SystemEpochClock.INSTANCE, System.err, true));
        double[] ours = new double[REPETITIONS];
        double[] bare = new double[REPETITIONS];
        for (int i = 0; i < REPETITIONS; i++) {
            ours[i] = runs.throughput(StagesPath::open, STREAMS, WARM_UP_SECONDS, SECONDS);
            bare[i] = runs.throughput(BareAeronPath::open, STREAMS, WARM_UP_SECONDS, SECONDS);
        }
        report.figure(
                "frames end to end",
                Medians.median(ours),
                "bare Aeron",
                Medians.median(bare),
                "frames/s",
                Target.atLeast(60_000, "frames/s"));
        report.summary();
    }
}
