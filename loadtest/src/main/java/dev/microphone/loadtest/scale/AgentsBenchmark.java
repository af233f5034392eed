package dev.microphone.loadtest.scale;

import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.ScratchFolder;
import dev.microphone.loadtest.report.Target;
import dev.microphone.loadtest.stages.Waiting;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.transport.service.ErrorLog;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochClock;

/**
 * How many agents a node holds, each with a connection of its own, and who uses the processors meanwhile. Each node has the
 * machine to itself and the load generator: one that has nothing to do polls all the same.
 */
public final class AgentsBenchmark implements Benchmark {
    private static final List<Integer> AGENTS = List.of(10, 100, 200, 400, 800);
    private static final List<Integer> STREAMS_OF_TEN = List.of(100, 400);
    private static final int SUBTASKS = 4;
    /** Who talks to each other does not notice. */
    private static final double TOLERABLE_MS = 100;

    @Override
    public String name() {
        return "cluster-agents";
    }

    @Override
    public String description() {
        return "10 to 800 agents with one stream each x 50 frames/s, and 100 and 400 streams of ten agents -> processor"
                + " -> router, pass-through chain: delay, and processor time of each thread";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        LoadRun load = new LoadRun(new ErrorLog(SystemEpochClock.INSTANCE, System.err, true));
        Ports plainPorts = Ports.free();
        try (ScratchFolder folder = new ScratchFolder();
                PlainNode plain = PlainNode.start(folder.path(), plainPorts, ClusterBenchmark.FRAME_PORTS, "none")) {
            all(report, new Side("processor", load, plain, plainPorts));
        }
        Ports flinkPorts = Ports.free();
        try (ScratchFolder folder = new ScratchFolder();
                FlinkNode flink = start(folder, flinkPorts, 1)) {
            all(report, new Side("TaskManager", load, flink, flinkPorts));
        }
        Ports sharedPorts = Ports.free();
        try (ScratchFolder folder = new ScratchFolder();
                FlinkNode flink = start(folder, sharedPorts, SUBTASKS)) {
            Side shared = new Side("TaskManager, " + SUBTASKS + " subtasks", load, flink, sharedPorts);
            shared.warmUp();
            step(report, shared, AGENTS.getLast(), AGENTS.getLast());
        }
        report.summary();
    }

    private static FlinkNode start(ScratchFolder folder, Ports ports, int subtasks) throws Exception {
        return FlinkNode.start(
                folder.path(),
                ports,
                subtasks,
                ClusterBenchmark.FRAME_PORTS / subtasks,
                "none",
                ClusterBenchmark.SNAPSHOT_INTERVAL_MS);
    }

    private static void all(Report report, Side side) throws Exception {
        side.warmUp();
        for (int streams : STREAMS_OF_TEN) {
            step(report, side, streams, 10);
        }
        for (int agents : AGENTS) {
            step(report, side, agents, agents);
        }
    }

    /** Too many are a figure too. */
    private static void step(Report report, Side side, int streams, int agents) throws Exception {
        String what = streams + " streams of " + agents + " agents, " + side.name();
        Target target = Target.atMost(TOLERABLE_MS, "ms");
        try {
            LoadRun.Result result = side.run(streams, streams / agents);
            report.figure(what + ", p99", result.micros(99) / TimeUnit.MILLISECONDS.toMicros(1), "ms", target);
            report.figure(
                    "  p50",
                    "%,.0f µs; %.1f µs of the node's time a frame; %d datagrams sent again"
                            .formatted(result.micros(50), result.processorUs(), result.repeated()));
            report.figure("  processors", result.shares());
        } catch (Waiting.TimedOutException e) {
            report.failed(what + ", p99", "not kept up with: " + e.getMessage(), target);
        }
    }
}
