package dev.microphone.loadtest.scale;

import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.ScratchFolder;
import dev.microphone.loadtest.report.Target;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.transport.service.ErrorLog;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.agrona.concurrent.SystemEpochClock;

/**
 * What Flink costs: the same frames through {@code microphone processor} and through a TaskManager, each in a process of
 * its own, in turn; and what a stream costs as they become more.
 */
public final class ClusterBenchmark implements Benchmark {
    private static final int STREAMS = 200;
    private static final int REPETITIONS = 5;
    private static final int FRAME_PORTS = 16;
    private static final long FRAME_NS = 20_000_000;
    private static final double WARM_UP_SECONDS = 1;
    private static final double SECONDS = 4;
    private static final List<Integer> STEPS = List.of(10, 50, 100, 200, 300);

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public String description() {
        return STREAMS + " agents x 50 frames/s -> processor -> router over UDP loopback, pass-through chain: a Flink"
                + " TaskManager against 'microphone processor', medians of " + REPETITIONS
                + " runs in turn; then 10 to 800 agents, each with its own connection";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        ErrorLog errors = new ErrorLog(SystemEpochClock.INSTANCE, System.err, true);
        LoadRun load = new LoadRun(errors);
        Ports plainPorts = Ports.free();
        Ports flinkPorts = Ports.free();
        try (ScratchFolder folder = new ScratchFolder();
                PlainNode plain = PlainNode.start(folder.path(), plainPorts, FRAME_PORTS, "none");
                FlinkNode flink = FlinkNode.start(folder.path(), flinkPorts, 1, FRAME_PORTS, "none", 5_000)) {
            load.run(plain, plainPorts, STREAMS, FRAME_NS, 5, 1);
            load.run(flink, flinkPorts, STREAMS, FRAME_NS, 5, 1);
            List<LoadRun.Result> plains = new ArrayList<>();
            List<LoadRun.Result> flinks = new ArrayList<>();
            for (int i = 0; i < REPETITIONS; i++) {
                plains.add(load.run(plain, plainPorts, STREAMS, FRAME_NS, WARM_UP_SECONDS, SECONDS));
                flinks.add(load.run(flink, flinkPorts, STREAMS, FRAME_NS, WARM_UP_SECONDS, SECONDS));
            }
            compare(report, plains, flinks);
            for (int streams : STEPS) {
                step(report, "processor", load, plain, plainPorts, streams);
                step(report, "TaskManager", load, flink, flinkPorts, streams);
            }
        }
        report.summary();
    }

    private static void compare(Report report, List<LoadRun.Result> plains, List<LoadRun.Result> flinks) {
        report.ratio(
                "delay since the frame was due, p50",
                median(flinks, run -> run.micros(50)),
                "processor",
                median(plains, run -> run.micros(50)),
                "µs",
                Target.atMost(1.2, "x"));
        report.ratio(
                "delay since the frame was due, p99",
                median(flinks, run -> run.micros(99)),
                "processor",
                median(plains, run -> run.micros(99)),
                "µs");
        report.ratio(
                "processor time a frame",
                median(flinks, LoadRun.Result::processorUs),
                "processor",
                median(plains, LoadRun.Result::processorUs),
                "µs");
    }

    private static void step(Report report, String what, LoadRun load, NodeProcess node, Ports ports, int streams) {
        try {
            LoadRun.Result result = load.run(node, ports, streams, FRAME_NS, WARM_UP_SECONDS, SECONDS);
            report.figure(
                    "%d agents, %s".formatted(streams, what),
                    "p50 %,.0f µs, p99 %,.0f µs, %.1f µs of processor time a frame, %.0f %% of a core, %d sent again"
                            .formatted(
                                    result.micros(50),
                                    result.micros(99),
                                    result.processorUs(),
                                    100 * result.processorShare(),
                                    result.repeated()));
        } catch (Exception e) {
            report.figure("%d agents, %s".formatted(streams, what), "not kept up with: " + e.getMessage());
        }
    }

    private static double median(List<LoadRun.Result> runs, ToDoubleFunction<LoadRun.Result> value) {
        return Medians.median(runs.stream().mapToDouble(value).toArray());
    }
}
