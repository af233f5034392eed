package dev.microphone.standalone.batch;

import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.processor.chain.Chain;
import dev.microphone.schemas.event.ControlEventListener;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Works a plan off, a file a thread. One bad file does not stop the others. */
public final class Batch {
    /**
     * What became of a plan.
     *
     * @param cancelled files that were begun or waiting when the batch was cancelled
     */
    public record Outcome(int done, int failed, int cancelled) {}

    private final NormaliserSettings settings;
    private final Function<ControlEventListener, Chain> chains;
    private final int threads;
    private final BatchProgress progress;
    private final @Nullable BatchDump dump;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private volatile boolean cancelled;

    /** @param chains makes a fresh one for each file; called by each thread */
    public Batch(
            NormaliserSettings settings,
            Function<ControlEventListener, Chain> chains,
            int threads,
            BatchProgress progress) {
        this(settings, chains, threads, progress, null);
    }

    /** @param dump null to write only the results */
    public Batch(
            NormaliserSettings settings,
            Function<ControlEventListener, Chain> chains,
            int threads,
            BatchProgress progress,
            @Nullable BatchDump dump) {
        this.settings = settings;
        this.chains = chains;
        this.threads = threads;
        this.progress = progress;
        this.dump = dump;
    }

    /** Runs until the last file is done, failed or cancelled. */
    public Outcome run(BatchPlan plan) throws InterruptedException {
        List<BatchPlan.Item> items = plan.items();
        Iterator<BatchPlan.Item> waiting = items.iterator();
        Thread[] workers = new Thread[Math.min(threads, items.size())];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Thread(() -> work(waiting), "process-" + (i + 1));
            workers[i].start();
        }
        for (Thread worker : workers) {
            worker.join();
        }
        return new Outcome(done.get(), failed.get(), items.size() - done.get() - failed.get());
    }

    /** Lets {@link #run} end soon, without half files. Any thread. */
    public void cancel() {
        cancelled = true;
    }

    private void work(Iterator<BatchPlan.Item> waiting) {
        while (!cancelled) {
            BatchPlan.Item item;
            synchronized (waiting) {
                if (!waiting.hasNext()) {
                    return;
                }
                item = waiting.next();
            }
            process(item);
        }
    }

    private void process(BatchPlan.Item item) {
        FileFaults faults = new FileFaults();
        try (Chain chain = chains.apply(faults)) {
            new FileJob(item, settings, chain, faults, progress, () -> cancelled, dump).run();
            done.incrementAndGet();
        } catch (CancellationException e) {
            // Counted by run: neither done nor failed.
        } catch (IOException | RuntimeException e) {
            failed.incrementAndGet();
            progress.failed(item.input(), reason(e));
        }
    }

    /** For the user an IOException's message, for us also the class of what should not have happened. */
    private static String reason(Exception e) {
        return e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
    }
}
