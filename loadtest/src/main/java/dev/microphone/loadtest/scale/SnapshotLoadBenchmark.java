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
    /**
     * A tenth and a fifth of real time, as two cores do not do 200 streams of the plugin: each is live, and written down in
     * turn as often as in real time.
     */
    private static final int[] FRAME_INTERVALS_MS = {200, 100};

    private static final int[] SNAPSHOT_INTERVALS_MS = {5_000, 1_000};
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
        return STREAMS + " streams of " + PLUGIN + " at a tenth and a fifth of real time in a Flink TaskManager, each"
                + " written down every 5 s, and every second, against one without snapshots; medians of " + REPETITIONS
                + " runs in turn";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        if (!OfficialPlugins.names().contains(PLUGIN)) {
            report.skipped(PLUGIN, "the plugin was not built here (its source comes by apt-get on Debian)");
            return;
        }
        for (int snapshotIntervalMs : SNAPSHOT_INTERVALS_MS) {
            measure(report, snapshotIntervalMs);
        }
        report.summary();
    }

    private static void measure(Report report, int snapshotIntervalMs) throws Exception {
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
                        snapshotIntervalMs);
                FlinkNode without = FlinkNode.start(
                        ClusterBenchmark.directory(folder, "without"),
                        withoutPorts,
                        1,
                        FRAME_PORTS,
                        PLUGIN,
                        NEVER_MS)) {
            for (int frameIntervalMs : FRAME_INTERVALS_MS) {
                String what = "every %d s, a frame each %d ms: ".formatted(snapshotIntervalMs / 1_000, frameIntervalMs);
                measure(
                        report,
                        what,
                        TimeUnit.MILLISECONDS.toNanos(frameIntervalMs),
                        new Side(load, with, withPorts),
                        new Side(load, without, withoutPorts));
            }
        }
    }

    private static void measure(Report report, String what, long frameIntervalNs, Side with, Side without)
            throws Exception {
        with.run(frameIntervalNs);
        without.run(frameIntervalNs);
        List<LoadRun.Result> withSnapshots = new ArrayList<>();
        List<LoadRun.Result> withoutSnapshots = new ArrayList<>();
        for (int i = 0; i < REPETITIONS; i++) {
            withSnapshots.add(with.run(frameIntervalNs));
            withoutSnapshots.add(without.run(frameIntervalNs));
        }
        for (double percentile : new double[] {50, 99}) {
            report.ratio(
                    what + "delay since it was due, p%.0f".formatted(percentile),
                    ClusterBenchmark.median(withSnapshots, run -> run.micros(percentile)),
                    "without",
                    ClusterBenchmark.median(withoutSnapshots, run -> run.micros(percentile)),
                    "µs",
                    Target.atMost(2, "x"));
        }
        report.ratio(
                what + "processor time a frame",
                ClusterBenchmark.median(withSnapshots, LoadRun.Result::processorUs),
                "without",
                ClusterBenchmark.median(withoutSnapshots, LoadRun.Result::processorUs),
                "µs");
    }

    /** One of the two that are compared. */
    private record Side(LoadRun load, NodeProcess node, Ports ports) {
        LoadRun.Result run(long frameIntervalNs) throws Exception {
            return load.run(node, ports, STREAMS, STREAMS_EACH, frameIntervalNs, WARM_UP_SECONDS, SECONDS);
        }
    }
}
