package dev.microphone.loadtest.scale;

import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.ScratchFolder;
import dev.microphone.loadtest.report.Target;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.transport.service.ErrorLog;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochClock;

/** What live frames feel of the snapshots of 200 streams with a plugin that has much to keep. */
public final class SnapshotLoadBenchmark implements Benchmark {
    private static final int STREAMS = 200;
    private static final int STREAMS_EACH = 20;
    private static final int REPETITIONS = 5;
    private static final int FRAME_PORTS = 4;
    private static final String PLUGIN = "rnnoise";
    /** A fifth of real time, as two cores do not do 200 streams of the plugin: each is live, and written down in turn. */
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int SNAPSHOT_INTERVAL_MS = 5_000;
    private static final int NEVER_MS = (int) TimeUnit.DAYS.toMillis(7);
    private static final double WARM_UP_SECONDS = 2;
    /** Each stream is written down once in one run. */
    private static final double SECONDS = 6;

    @Override
    public String name() {
        return "cluster-snapshots";
    }

    @Override
    public String description() {
        return STREAMS + " streams of " + PLUGIN + " at a fifth of real time in a Flink TaskManager, each written down"
                + " every 5 s, against one without snapshots; medians of " + REPETITIONS + " runs in turn";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        if (!OfficialPlugins.names().contains(PLUGIN)) {
            report.skipped(PLUGIN, "the plugin was not built here (its source comes by apt-get on Debian)");
            return;
        }
        LoadRun load = new LoadRun(new ErrorLog(SystemEpochClock.INSTANCE, System.err, true));
        Ports withPorts = Ports.free();
        Ports withoutPorts = Ports.free();
        try (ScratchFolder folder = new ScratchFolder();
                FlinkNode with = FlinkNode.start(
                        ClusterBenchmark.directory(folder, "with"),
                        withPorts,
                        1,
                        FRAME_PORTS,
                        PLUGIN,
                        SNAPSHOT_INTERVAL_MS);
                FlinkNode without = FlinkNode.start(
                        ClusterBenchmark.directory(folder, "without"),
                        withoutPorts,
                        1,
                        FRAME_PORTS,
                        PLUGIN,
                        NEVER_MS)) {
            run(load, with, withPorts);
            run(load, without, withoutPorts);
            List<LoadRun.Result> withSnapshots = new ArrayList<>();
            List<LoadRun.Result> withoutSnapshots = new ArrayList<>();
            for (int i = 0; i < REPETITIONS; i++) {
                withSnapshots.add(run(load, with, withPorts));
                withoutSnapshots.add(run(load, without, withoutPorts));
            }
            for (double percentile : new double[] {50, 99}) {
                report.ratio(
                        "delay since the frame was due, p%.0f".formatted(percentile),
                        ClusterBenchmark.median(withSnapshots, run -> run.micros(percentile)),
                        "without",
                        ClusterBenchmark.median(withoutSnapshots, run -> run.micros(percentile)),
                        "µs",
                        Target.atMost(2, "x"));
            }
            report.ratio(
                    "processor time a frame",
                    ClusterBenchmark.median(withSnapshots, LoadRun.Result::processorUs),
                    "without",
                    ClusterBenchmark.median(withoutSnapshots, LoadRun.Result::processorUs),
                    "µs");
        }
        report.summary();
    }

    private static LoadRun.Result run(LoadRun load, NodeProcess node, Ports ports) throws Exception {
        return load.run(node, ports, STREAMS, STREAMS_EACH, INTERVAL_NS, WARM_UP_SECONDS, SECONDS);
    }
}
