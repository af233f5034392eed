package dev.microphone.standalone.batch;

import dev.microphone.standalone.terminal.ProgressBar;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Shows how a batch goes, and sums up at its end. Share and time left go by the inputs' bytes. Any thread. */
public final class BatchReport implements BatchProgress {
    private final PrintStream out;
    private final ProgressBar bar;
    private final LongSupplier nowNs;
    private final long startNs;
    private final long totalBytes;
    private final AtomicLong readBytes = new AtomicLong();
    private final AtomicLong audioNs = new AtomicLong();

    /**
     * @param out where the bar and the summary go
     * @param terminal whether a line can be drawn over
     * @param nowNs a clock that only goes forward
     */
    public BatchReport(PrintStream out, boolean terminal, BatchPlan plan, LongSupplier nowNs) {
        this.out = out;
        this.nowNs = nowNs;
        startNs = nowNs.getAsLong();
        bar = new ProgressBar(out, terminal, startNs);
        totalBytes = Math.max(
                1, plan.items().stream().mapToLong(item -> length(item.input())).sum());
    }

    @Override
    public void advanced(Path input, long bytes, long durationNs) {
        long read = readBytes.addAndGet(bytes);
        long heardNs = audioNs.addAndGet(durationNs);
        bar.update(nowNs.getAsLong(), (double) read / totalBytes, heardNs / 1e9, input.toString());
    }

    @Override
    public void warned(Path input, String warning) {
        bar.println("warning: " + named(input, warning));
    }

    @Override
    public void failed(Path input, String reason) {
        bar.println("failed: " + named(input, reason));
    }

    private static String named(Path input, String text) {
        return text.contains(input.toString()) ? text : input + ": " + text;
    }

    /** Takes the bar away and says what became of the files. */
    public void summary(Batch.Outcome outcome, String output) {
        bar.clear();
        double seconds = Math.max(1e-3, (nowNs.getAsLong() - startNs) / 1e9);
        double audioSeconds = audioNs.get() / 1e9;
        out.println(String.format(
                Locale.ROOT,
                "%d %s done%s%s: %s of audio in %.1f s, %.1f × real time, in %s",
                outcome.done(),
                outcome.done() == 1 ? "file" : "files",
                outcome.failed() == 0 ? "" : ", " + outcome.failed() + " failed",
                outcome.cancelled() == 0 ? "" : ", " + outcome.cancelled() + " cancelled",
                ProgressBar.clock(audioSeconds),
                seconds,
                audioSeconds / seconds,
                output));
    }

    /** A file that cannot be read counts nothing: it says so when its turn comes. */
    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
