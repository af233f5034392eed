package dev.microphone.loadtest.path;

import dev.microphone.loadtest.stages.Waiting;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.ServiceHost;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Runs one path once: opens it, sends, waits until all has arrived, closes it. */
final class PathRuns {
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final ErrorLog errors;

    PathRuns(ErrorLog errors) {
        this.errors = errors;
    }

    /**
     * Delays of live streams.
     *
     * @param sinceDue from the moment at which the schedule wanted the frame sent, ns
     * @param sinceSent from the moment at which it was sent, ns
     */
    record Delays(Histogram sinceDue, Histogram sinceSent) {}

    /** Sends live streams: first as warm-up, then timed. */
    Delays delays(PathFactory factory, int streams, double warmUpSeconds, double seconds) throws Exception {
        try (FramePath path = factory.open(errors);
                ServiceHost senderHost = new ServiceHost(errors)) {
            awaitConnection(path);
            Schedule schedule = Schedule.live(streams);
            long frames = schedule.framesWithin(warmUpSeconds + seconds);
            long startNs = System.nanoTime();
            path.arrivals().timeFrom(startNs + (long) (warmUpSeconds * 1e9));
            ScheduledSender sender = new ScheduledSender(path, schedule, startNs, frames, System::nanoTime);
            senderHost.start(sender);
            Waiting.until(
                    "all frames arrived",
                    (long) ((warmUpSeconds + seconds) * 1e9) + DRAIN_TIMEOUT_NS,
                    () -> path.arrivals().count() >= frames || path.lost() > 0);
            requireComplete(path, frames);
            return new Delays(path.arrivals().sinceDue(), path.arrivals().sinceSent());
        }
    }

    /** Sends as fast as the path takes it. @return frames a second that arrived in the timed part */
    double throughput(PathFactory factory, int streams, double warmUpSeconds, double seconds) throws Exception {
        try (FramePath path = factory.open(errors)) {
            awaitConnection(path);
            ScheduledSender sender = new ScheduledSender(
                    path, Schedule.asFastAsPossible(streams), System.nanoTime(), Long.MAX_VALUE, System::nanoTime);
            double rate;
            try (ServiceHost senderHost = new ServiceHost(errors)) {
                senderHost.start(sender);
                sleep(warmUpSeconds);
                long startNs = System.nanoTime();
                long before = path.arrivals().count();
                sleep(seconds);
                long after = path.arrivals().count();
                rate = (after - before) * 1e9 / (System.nanoTime() - startNs);
            }
            Waiting.until(
                    "all frames arrived",
                    DRAIN_TIMEOUT_NS,
                    () -> path.arrivals().count() >= sender.sent() || path.lost() > 0);
            requireComplete(path, sender.sent());
            return rate;
        }
    }

    private static void awaitConnection(FramePath path) {
        Waiting.until("both hops connected", CONNECT_TIMEOUT_NS, path::isConnected);
    }

    private static void requireComplete(FramePath path, long frames) {
        if (path.lost() > 0 || path.arrivals().count() != frames) {
            throw new IllegalStateException(
                    "sent " + frames + " frames, " + path.arrivals().count() + " arrived, " + path.lost()
                            + " counted as lost: a figure from this run would mean nothing");
        }
    }

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
    }
}
