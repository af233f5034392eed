package dev.microphone.loadtest.path;

import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.Target;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.transport.service.ErrorLog;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.SystemEpochClock;

/**
 * What our stages add to Aeron: 200 live streams from the agent through a pass-through chain to the router, against
 * the same bytes over bare Aeron. The two take turns, so that a busy machine hits both.
 */
public final class TransportBenchmark implements Benchmark {
    private static final int STREAMS = 200;
    private static final int REPETITIONS = 11;
    private static final double WARM_UP_SECONDS = 0.4;
    private static final double SECONDS = 1.6;

    @Override
    public String name() {
        return "transport";
    }

    @Override
    public String description() {
        return STREAMS + " streams x 50 frames/s, agent -> processor -> router over UDP loopback, pass-through chain,"
                + " against a bare Aeron ping of the same bytes; medians of " + REPETITIONS + " runs in turn";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        PathRuns runs = new PathRuns(new ErrorLog(SystemEpochClock.INSTANCE, System.err, true));
        List<PathRuns.Delays> ours = new ArrayList<>();
        List<PathRuns.Delays> bare = new ArrayList<>();
        delays(runs, StagesPath::open);
        delays(runs, BareAeronPath::open);
        for (int i = 0; i < REPETITIONS; i++) {
            ours.add(delays(runs, StagesPath::open));
            bare.add(delays(runs, BareAeronPath::open));
        }
        report.ratio(
                "delay since the frame was due, p50",
                median(ours, run -> micros(run.sinceDue(), 50)),
                "bare Aeron",
                median(bare, run -> micros(run.sinceDue(), 50)),
                "µs",
                Target.atMost(1.5, "x"));
        report.ratio(
                "delay since the frame was due, p99",
                median(ours, run -> micros(run.sinceDue(), 99)),
                "bare Aeron",
                median(bare, run -> micros(run.sinceDue(), 99)),
                "µs");
        report.ratio(
                "delay since the frame was sent, p50",
                median(ours, run -> micros(run.sinceSent(), 50)),
                "bare Aeron",
                median(bare, run -> micros(run.sinceSent(), 50)),
                "µs");
        report.summary();
    }

    private static PathRuns.Delays delays(PathRuns runs, PathFactory factory) throws Exception {
        return runs.delays(factory, STREAMS, WARM_UP_SECONDS, SECONDS);
    }

    private static double micros(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e3;
    }

    private static double median(List<PathRuns.Delays> runs, ToDoubleFunction<PathRuns.Delays> value) {
        return Medians.median(runs.stream().mapToDouble(value).toArray());
    }
}
