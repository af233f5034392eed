package dev.microphone.loadtest.allocation;

import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.Target;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.transport.service.ErrorLog;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.SystemEpochClock;

/** Bytes allocated for a frame by each data thread of the whole system, against the bytes of the frame itself. */
public final class AllocationBenchmark implements Benchmark {
    private static final long WARM_UP_FRAMES = 20_000;
    private static final long FRAMES = 30_000;

    @Override
    public String name() {
        return "allocation";
    }

    @Override
    public String description() {
        return "heap bytes allocated a frame by each data thread, all stages in one process, chain gain, " + FRAMES
                + " frames after " + WARM_UP_FRAMES + " of warm-up";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        Map<String, Double> perFrame = PipelineAllocations.bytesPerFrame(
                new ErrorLog(SystemEpochClock.INSTANCE, System.err, true),
                ChainSpec.parse("gain(db=-3)"),
                List.of(SinkUri.parse("ws:")),
                WARM_UP_FRAMES,
                FRAMES);
        // Not one byte in most frames; what a second costs (a flush, a look at idle streams) stays under one a frame.
        perFrame.forEach(
                (role, bytes) -> report.figure(role + " thread", bytes, "bytes", Target.atMost(0.99, "bytes")));
        report.note("a frame itself is 3,888 bytes");
        report.summary();
    }
}
