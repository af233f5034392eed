package dev.microphone.loadtest.scale;

import dev.microphone.loadtest.stages.Waiting;
import dev.microphone.transport.aeron.BusyTimes;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.link.NamedStreams;
import dev.microphone.transport.link.RouterChannels;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.DataPathIdleStrategy;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.RestingIdleStrategy;
import dev.microphone.transport.service.ServiceHost;
import io.aeron.driver.status.SystemCounterDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Agents, one node and a router for some seconds. Agents and router share this process; each side has a media driver. */
final class LoadRun {
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final ErrorLog errors;
    private int number;

    LoadRun(ErrorLog errors) {
        this.errors = errors;
    }

    /**
     * What a run came out at.
     *
     * @param delaysNs from the moment a frame was due until the router had it
     * @param frames that arrived while it was measured
     * @param processorNs time of the node's process
     * @param busyNs of it, time of rounds with work, by thread
     * @param node what its threads used
     * @param generator what the threads of this process used, agents and router
     * @param machine what all processes used
     * @param repeated datagrams that either side of this process had to send again, or asked for again
     */
    record Result(
            Histogram delaysNs,
            double seconds,
            long frames,
            long processorNs,
            Map<String, Long> busyNs,
            ThreadTimes node,
            ThreadTimes generator,
            MachineTimes machine,
            long repeated) {
        /** Who used the processors, and whether anybody else did. */
        String shares() {
            double elsewhereNs = machine.usedNs() - node.totalNs() - generator.totalNs();
            return "node %s; agents and router %s; elsewhere %.0f %%, stolen by the host %.0f %%"
                    .formatted(
                            node.over(seconds),
                            generator.over(seconds),
                            elsewhereNs / 1e7 / seconds,
                            machine.stolenNs() / 1e7 / seconds);
        }

        double micros(double percentile) {
            return delaysNs.getValueAtPercentile(percentile) / 1e3;
        }

        /** Time of the node's process for each frame, with what it polls for nothing. */
        double processorUs() {
            return processorNs / 1e3 / frames;
        }

        /** Time of all polling threads of the node for each frame, in rounds with work. */
        double busyUs() {
            return busyNs.values().stream().mapToLong(Long::longValue).sum() / 1e3 / frames;
        }

        /** The same of those threads. */
        double busyUs(String thread) {
            return busyNs.getOrDefault(thread, 0L) / 1e3 / frames;
        }
    }

    /**
     * @param streamsEach how many of them one agent has
     * @param intervalNs between two frames of a stream; in real time 20 ms
     * @throws Waiting.TimedOutException when the node does not keep up
     * @throws IllegalStateException when a frame is lost
     */
    Result run(
            NodeProcess node,
            Ports ports,
            int streams,
            int streamsEach,
            long intervalNs,
            double warmUpSeconds,
            double seconds)
            throws Exception {
        Metrics metrics = new Metrics();
        StreamDirectory names = new StreamDirectory();
        try (BusyTimes busyTimes = BusyTimes.of(node.process().pid());
                ServiceHost host = new ServiceHost(errors)) {
            List<EmbeddedMedia> agents = new ArrayList<>();
            int size = streams / streamsEach;
            for (int i = Fleet.drivers(size); i > 0; i--) {
                agents.add(host.own(EmbeddedMedia.launchForAgents(context -> Fleet.ease(context, size), errors)));
            }
            EmbeddedMedia router = host.own(EmbeddedMedia.launch(errors));
            number++;
            FrameSubscriber fromNode = host.own(new FrameSubscriber(
                    router.aeron(),
                    RouterChannels.listen(ports.routerEndpoint()),
                    RouterChannels.STREAM_ID,
                    metrics,
                    "router",
                    new NamedStreams(names, metrics, "router")));
            Listener listener = new Listener(fromNode, number);
            host.start(listener);
            Fleet fleet = new Fleet(
                    agents.stream().map(EmbeddedMedia::aeron).toList(),
                    node.endpoints(),
                    number,
                    streams,
                    streamsEach,
                    intervalNs,
                    names,
                    metrics,
                    errors);
            host.start(fleet, new RestingIdleStrategy(new DataPathIdleStrategy(), Integer.MAX_VALUE));
            Waiting.until(
                    streams + " streams have begun",
                    CONNECT_TIMEOUT_NS + streams / streamsEach * Fleet.START_INTERVAL_NS,
                    () -> listener.streams() == streams);
            long startNs = System.nanoTime() + (long) (warmUpSeconds * 1e9);
            long endNs = startNs + (long) (seconds * 1e9);
            listener.measure(startNs, endNs);
            fleet.sendUntil(endNs);
            sleepUntil(startNs);
            Readings before = Readings.take(node, busyTimes, listener, repeated(agents, router));
            sleepUntil(endNs);
            Readings after = Readings.take(node, busyTimes, listener, repeated(agents, router));
            awaitAll(fleet, listener, metrics);
            if (listener.missing() > 0) {
                throw new IllegalStateException(listener.missing() + " frames of " + fleet.sent() + " are missing");
            }
            return after.since(before, listener.delaysNs(), seconds);
        }
    }

    /** Counters at one moment. */
    private record Readings(
            long frames,
            long processorNs,
            Map<String, Long> busyNs,
            ThreadTimes node,
            ThreadTimes generator,
            MachineTimes machine,
            long repeated) {
        static Readings take(NodeProcess node, BusyTimes busyTimes, Listener listener, long repeated) {
            return new Readings(
                    listener.taken(),
                    node.processorTimeNs(),
                    busyTimes.read(),
                    ThreadTimes.of(node.process().pid()),
                    ThreadTimes.of(ProcessHandle.current().pid()),
                    MachineTimes.now(),
                    repeated);
        }

        Result since(Readings before, Histogram delaysNs, double seconds) {
            Map<String, Long> busy = new TreeMap<>();
            busyNs.forEach((thread, ns) -> busy.put(thread, ns - before.busyNs.getOrDefault(thread, 0L)));
            return new Result(
                    delaysNs,
                    seconds,
                    frames - before.frames,
                    processorNs - before.processorNs,
                    busy,
                    node.since(before.node),
                    generator.since(before.generator),
                    machine.since(before.machine),
                    repeated - before.repeated);
        }
    }

    private static void awaitAll(Fleet fleet, Listener listener, Metrics metrics) {
        try {
            Waiting.until(
                    "all frames arrived", DRAIN_TIMEOUT_NS, () -> fleet.isDone() && listener.taken() >= fleet.sent());
        } catch (Waiting.TimedOutException e) {
            throw new Waiting.TimedOutException(
                    "of %,d frames %,d arrived, %,d missing before them and %,d twice, and %,d of another run; %,d wait with the agents, which turned to another connection %,d times"
                            .formatted(
                                    fleet.sent(),
                                    listener.taken(),
                                    listener.missing(),
                                    listener.duplicates(),
                                    listener.ofOtherRuns(),
                                    metrics.gauge("microphone_spool_waiting_frames")
                                            .get(),
                                    metrics.counter("microphone_node_changes_total")
                                            .get()),
                    e);
        }
    }

    private static long repeated(List<EmbeddedMedia> agents, EmbeddedMedia router) {
        return agents.stream().mapToLong(LoadRun::repeated).sum() + repeated(router);
    }

    private static long repeated(EmbeddedMedia media) {
        return counter(media, SystemCounterDescriptor.RETRANSMITS_SENT)
                + counter(media, SystemCounterDescriptor.NAK_MESSAGES_SENT);
    }

    private static long counter(EmbeddedMedia media, SystemCounterDescriptor descriptor) {
        return media.aeron().countersReader().getCounterValue(descriptor.id());
    }

    private static void sleepUntil(long momentNs) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, momentNs - System.nanoTime()));
    }
}
