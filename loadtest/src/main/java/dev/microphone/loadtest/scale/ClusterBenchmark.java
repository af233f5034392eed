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
    static final int FRAME_PORTS = 16;
    static final int SNAPSHOT_INTERVAL_MS = 1_000;

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public String description() {
        return STREAMS + " streams x 50 frames/s -> processor -> router over UDP loopback, pass-through chain: a Flink"
                + " TaskManager against 'microphone processor', medians of " + REPETITIONS
                + " runs in turn; then what a frame costs each of them with few streams and with many";
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
            Side processor = new Side("processor", load, plain, plainPorts);
            Side taskManager = new Side("TaskManager", load, flink, flinkPorts);
            processor.warmUp();
            taskManager.warmUp();
            List<LoadRun.Result> plains = new ArrayList<>();
            List<LoadRun.Result> flinks = new ArrayList<>();
            for (int i = 0; i < REPETITIONS; i++) {
                plains.add(processor.run(STREAMS, STREAMS_EACH));
                flinks.add(taskManager.run(STREAMS, STREAMS_EACH));
            }
            compare(report, plains, flinks);
            for (int streamsEach : List.of(10, 1)) {
                StreamCost.measure(report, processor, streamsEach);
                StreamCost.measure(report, taskManager, streamsEach);
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
}
