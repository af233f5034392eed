package dev.microphone.loadtest.scale;

import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.Target;
import dev.microphone.loadtest.stages.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What a frame costs a node with few streams and with many, at the same frame rate: processor time of the node's polling
 * threads in rounds that found something to do ({@link dev.microphone.transport.aeron.BusyTime}), over the frames.
 */
final class StreamCost {
    private static final int FEW = 10;
    private static final int MANY = 400;
    private static final int REPETITIONS = 3;

    private StreamCost() {}

    /**
     * Few and many in turn.
     *
     * @param streamsEach how many of them one agent has
     */
    static void measure(Report report, Side side, int streamsEach) throws Exception {
        String what = "a frame with " + MANY + " streams, " + streamsEach + " an agent, " + side.name();
        Target target = Target.atMost(1.1, "x");
        List<LoadRun.Result> few = new ArrayList<>();
        List<LoadRun.Result> many = new ArrayList<>();
        try {
            for (int i = 0; i < REPETITIONS; i++) {
                few.add(side.run(FEW, streamsEach));
                many.add(side.run(MANY, streamsEach));
            }
        } catch (Waiting.TimedOutException e) {
            report.failed(what, "not kept up with: " + e.getMessage(), target);
            return;
        }
        report.ratio(
                what,
                median(many, LoadRun.Result::busyUs),
                "with " + FEW,
                median(few, LoadRun.Result::busyUs),
                "µs",
                target);
        report.figure("  with " + FEW + " by thread", threads(few));
        report.figure("  with " + MANY + " by thread", threads(many));
    }

    private static String threads(List<LoadRun.Result> runs) {
        Set<String> names = new TreeSet<>();
        runs.forEach(run -> names.addAll(run.busyNs().keySet()));
        return names.stream()
                .map(name -> "%s %.1f µs".formatted(name, median(runs, run -> run.busyUs(name))))
                .collect(Collectors.joining(", "));
    }

    private static double median(List<LoadRun.Result> runs, ToDoubleFunction<LoadRun.Result> value) {
        return Medians.median(runs.stream().mapToDouble(value).toArray());
    }
}
