package dev.microphone.loadtest.scale;

import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.ScratchFolder;
import dev.microphone.loadtest.report.Target;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.transport.service.ErrorLog;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final int STREAMS_EACH = 20;
    private static final int REPETITIONS = 7;
    private static final int FRAME_PORTS = 16;
    private static final int SNAPSHOT_INTERVAL_MS = 5_000;
    private static final long FRAME_NS = 20_000_000;
    private static final double WARM_UP_SECONDS = 1;
    private static final double SECONDS = 4;
    private static final List<Integer> FEW_AGENTS = List.of(10, 100, 200, 400);
    private static final List<Integer> MANY_AGENTS = List.of(10, 50, 100, 200, 300);

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public String description() {
        return STREAMS + " streams x 50 frames/s -> processor -> router over UDP loopback, pass-through chain: a Flink"
                + " TaskManager against 'microphone processor', medians of " + REPETITIONS
                + " runs in turn; then 10 to 400 streams of ten agents, and 10 to 300 agents with one each";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        LoadRun load = new LoadRun(new ErrorLog(SystemEpochClock.INSTANCE, System.err, true));
        Ports plainPorts = Ports.free();
        Ports flinkPorts = Ports.free();
        try (ScratchFolder folder = new ScratchFolder();
                PlainNode plain = PlainNode.start(folder.path(), plainPorts, FRAME_PORTS, "none");
                FlinkNode flink = FlinkNode.start(
                        directory(folder, "flink"), flinkPorts, 1, FRAME_PORTS, "none", SNAPSHOT_INTERVAL_MS)) {
            Side processor = new Side(load, plain, plainPorts);
            Side taskManager = new Side(load, flink, flinkPorts);
            processor.run(STREAMS, STREAMS_EACH, 5, 1);
            taskManager.run(STREAMS, STREAMS_EACH, 5, 1);
            List<LoadRun.Result> plains = new ArrayList<>();
            List<LoadRun.Result> flinks = new ArrayList<>();
            for (int i = 0; i < REPETITIONS; i++) {
                plains.add(processor.run(STREAMS, STREAMS_EACH, WARM_UP_SECONDS, SECONDS));
                flinks.add(taskManager.run(STREAMS, STREAMS_EACH, WARM_UP_SECONDS, SECONDS));
            }
            compare(report, plains, flinks);
            for (int streams : FEW_AGENTS) {
                processor.step(report, "%d streams of 10 agents, processor", streams, Math.max(1, streams / 10));
                taskManager.step(report, "%d streams of 10 agents, TaskManager", streams, Math.max(1, streams / 10));
            }
            for (int agents : MANY_AGENTS) {
                processor.step(report, "%d agents, processor", agents, 1);
                taskManager.step(report, "%d agents, TaskManager", agents, 1);
            }
        }
        Ports sharedPorts = Ports.free();
        try (ScratchFolder folder = new ScratchFolder();
                FlinkNode flink = FlinkNode.start(folder.path(), sharedPorts, 4, 4, "none", SNAPSHOT_INTERVAL_MS)) {
            Side fourSubtasks = new Side(load, flink, sharedPorts);
            fourSubtasks.run(STREAMS, STREAMS_EACH, 5, 1);
            for (int agents : List.of(200, 300, 400)) {
                fourSubtasks.step(report, "%d agents, TaskManager with 4 subtasks", agents, 1);
            }
        }
        report.summary();
    }

    static Path directory(ScratchFolder folder, String name) throws IOException {
        return Files.createDirectory(folder.path().resolve(name));
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

    static double median(List<LoadRun.Result> runs, ToDoubleFunction<LoadRun.Result> value) {
        return Medians.median(runs.stream().mapToDouble(value).toArray());
    }

    /** One of those that are compared. */
    private record Side(LoadRun load, NodeProcess node, Ports ports) {
        LoadRun.Result run(int streams, int streamsEach, double warmUpSeconds, double seconds) throws Exception {
            return load.run(node, ports, streams, streamsEach, FRAME_NS, warmUpSeconds, seconds);
        }

        /** Too many are a figure too. */
        void step(Report report, String what, int streams, int streamsEach) throws Exception {
            String measured;
            try {
                LoadRun.Result result = run(streams, streamsEach, WARM_UP_SECONDS, SECONDS);
                measured =
                        "p50 %,.0f µs, p99 %,.0f µs, %.1f µs of processor time a frame, %.0f %% of a core, %d sent again"
                                .formatted(
                                        result.micros(50),
                                        result.micros(99),
                                        result.processorUs(),
                                        100 * result.processorShare(),
                                        result.repeated());
            } catch (IllegalStateException e) {
                measured = "not kept up with: " + e.getMessage();
            }
            report.figure(what.formatted(streams), measured);
        }
    }
}
