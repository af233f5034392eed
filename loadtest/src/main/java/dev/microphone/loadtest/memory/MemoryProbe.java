package dev.microphone.loadtest.memory;

import dev.microphone.edge.agent.BacklogLimits;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.loadtest.stages.EmbeddedPipeline;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.service.ErrorLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemEpochClock;

/**
 * What the child process runs: starts all stages, adds streams in steps, and prints after each step how many there are,
 * the heap in use, and what the process holds beside the heap; bytes.
 *
 * <p>The heap must be of fixed size and touched from the start ({@code -Xms}, {@code AlwaysPreTouch}): then what the
 * kernel says is resident grows only by what is not heap (stacks, mapped files, buffers outside the heap).
 */
final class MemoryProbe {
    private static final Path RESIDENT = Path.of("/proc/self/smaps_rollup");
    private static final int FRAMES_PER_STREAM = 20;
    /**
     * The default share of each stream, but a small store: an agent has one, of fixed size, for all its streams, and how
     * much of it was ever used hangs on how busy the machine was.
     */
    private static final BacklogLimits BACKLOG =
            new BacklogLimits(BacklogLimits.defaults().streamMillis(), 1024 * 1024);

    private static final int COLLECTIONS = 3;

    private MemoryProbe() {}

    /** @param arguments the chain, then how many streams there are in each step, ascending */
    public static void main(String[] arguments) throws Exception {
        ChainSpec chain = ChainSpec.parse(arguments[0]);
        List<String> steps = List.of(arguments).subList(1, arguments.length);
        ErrorLog errors = new ErrorLog(SystemEpochClock.INSTANCE, System.err, true);
        try (EmbeddedPipeline pipeline =
                EmbeddedPipeline.start(errors, chain, List.of(SinkUri.parse("ws:")), BACKLOG)) {
            int streams = 0;
            for (String step : steps) {
                int target = Integer.parseInt(step);
                while (streams < target) {
                    pipeline.capture(
                            new StreamName("bench/site/device/" + streams++),
                            new QuietMicrophone(),
                            NormaliserSettings.defaults());
                }
                pipeline.awaitDelivered(pipeline.deliveredFrames() + (long) FRAMES_PER_STREAM * streams);
                System.out.println(streams + " " + heapInUse() + " " + resident());
            }
        }
    }

    private static long heapInUse() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Proportional set size: what is shared with other processes counts in part. */
    private static long resident() throws IOException {
        try (Stream<String> lines = Files.lines(RESIDENT)) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .sum();
        }
    }
}
