package dev.microphone.loadtest.scale;

import dev.microphone.edge.cluster.ClusterSender;
import dev.microphone.edge.cluster.LiveFirst;
import dev.microphone.edge.spool.Spool;
import dev.microphone.edge.spool.SpoolLimits;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.link.NodeLink;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Agents with one stream each, or some: every one has a connection of its own to the node, as if it were a machine of its own, and
 * keeps its frames until they are acknowledged.
 *
 * <p>Frames are due at moments that do not depend on what the node does; agents are switched on one after the other, each with a
 * random phase, the same in every run. A frame carries the moment at which it was due as its capture time. Runs on one thread, which is not the sound's
 * source in earnest: what it is late itself counts as delay.
 */
final class Fleet implements Agent {
    /** Between two turns of an agent, for answers and hellos; frames are sent when they are due. */
    private static final long TURN_INTERVAL_NS = 4_000_000L;

    /**
     * More of them leave the node no room on two cores, which it would have if each were a machine of its own: then they take
     * what processor time they must. Their drivers rest for a millisecond between rounds, and turns are further apart; frames
     * that wait for that are late, and counted so.
     */
    private static final int MOST_UNEASED = 400;

    private static final long EASED_TURN_INTERVAL_NS = 16_000_000L;
    private static final long EASED_REST_NS = 1_000_000L;

    /** Between two agents that are switched on. */
    static final long START_INTERVAL_NS = 50_000_000L;

    /**
     * Agents have a driver each; here so many share one. From some 400 on a driver no longer comes to opening connections, which
     * is no limit of the node's.
     */
    private static final int AGENTS_A_DRIVER = 200;

    private static final long SEED = 20;
    private static final int SAMPLES = 960;

    private final List<ClusterSender> agents = new ArrayList<>();
    private final long[] streamIds;
    private final long[] nextSequences;
    private final long[] nextDueNs;
    private final int epoch;
    private final long intervalNs;
    private final long turnIntervalNs;
    private final int streamsEach;
    private final Frame frame = new Frame();
    private final byte[][] sounds = sounds();
    private int turn;
    private long nextTurnNs;
    private volatile long endNs = Long.MAX_VALUE;
    private volatile boolean done;
    private final AtomicLong sent = new AtomicLong();

    /**
     * @param drivers as many as {@link #drivers} says
     * @param epoch of the streams, which have the same names in every run: more than the run before
     * @param size how many streams there are
     * @param streamsEach how many of them one agent has
     * @param intervalNs between two frames of a stream; in real time 20 ms
     */
    Fleet(
            List<Aeron> drivers,
            List<NodeEndpoint> nodes,
            int epoch,
            int size,
            int streamsEach,
            long intervalNs,
            StreamDirectory names,
            Metrics metrics,
            ErrorHandler errors)
            throws Exception {
        this.epoch = epoch;
        this.intervalNs = intervalNs;
        turnIntervalNs = isEased(size / streamsEach) ? EASED_TURN_INTERVAL_NS : TURN_INTERVAL_NS;
        this.streamsEach = streamsEach;
        streamIds = new long[size];
        nextSequences = new long[size];
        nextDueNs = new long[size];
        for (int i = 0; i < size; i++) {
            StreamName stream = new StreamName("load/site/agent-" + i / streamsEach + "/mic" + i % streamsEach);
            names.learn(stream);
            streamIds[i] = stream.streamId();
        }
        for (int i = 0; i < size; i += streamsEach) {
            Aeron aeron = drivers.get(agents.size() / AGENTS_A_DRIVER);
            agents.add(new ClusterSender(
                    Spool.inMemory(SpoolLimits.defaults(), metrics),
                    LiveFirst.none(),
                    // With a socket for its answers, as it would have on a machine of its own.
                    node -> new NodeLink(aeron, node, "127.0.0.1", metrics),
                    nodes,
                    names,
                    metrics,
                    errors,
                    // No run of these has an earlier epoch than one before it.
                    warning -> errors.onError(new IllegalStateException(warning)),
                    SystemNanoClock.INSTANCE));
        }
        Random phases = new Random(SEED);
        long startNs = System.nanoTime();
        nextTurnNs = startNs;
        for (int i = 0; i < size; i++) {
            nextDueNs[i] = startNs + i / streamsEach * START_INTERVAL_NS + phases.nextLong(intervalNs);
        }
    }

    /** How many drivers so many agents take. */
    static int drivers(int agents) {
        return (agents + AGENTS_A_DRIVER - 1) / AGENTS_A_DRIVER;
    }

    private static boolean isEased(int agents) {
        return agents > MOST_UNEASED;
    }

    /** Gives the driver of so many agents its rest. */
    static void ease(MediaDriver.Context driver, int agents) {
        if (isEased(agents)) {
            driver.sharedIdleStrategy(new SleepingIdleStrategy(EASED_REST_NS));
        }
    }

    /** Half a second of a voice of sorts in noise: a plugin has something to do. */
    private static byte[][] sounds() {
        Random random = new Random(SEED);
        byte[][] sounds = new byte[25][4 * SAMPLES];
        for (int i = 0; i < sounds.length; i++) {
            for (int at = 0; at < SAMPLES; at++) {
                double seconds = (i * SAMPLES + at) / 48_000.0;
                double tone = 4_000 * Math.sin(2 * Math.PI * 180 * seconds) * Math.sin(2 * Math.PI * 4 * seconds);
                short sample = (short) (tone + 800 * random.nextGaussian());
                for (int channel = 0; channel < 2; channel++) {
                    sounds[i][4 * at + 2 * channel] = (byte) sample;
                    sounds[i][4 * at + 2 * channel + 1] = (byte) (sample >> 8);
                }
            }
        }
        return sounds;
    }

    long[] streamIds() {
        return streamIds;
    }

    /** No frame that is due later is sent. */
    void sendUntil(long lastNs) {
        endNs = lastNs;
    }

    /** Frames of all streams, as far as they were due. */
    long sent() {
        return sent.getAcquire();
    }

    /** Whether all that was due has been captured. */
    boolean isDone() {
        return done;
    }

    @Override
    public int doWork() {
        int work = 0;
        long nowNs = System.nanoTime();
        boolean isOver = nowNs > endNs;
        for (int i = 0; i < nextDueNs.length; i++) {
            while (nextDueNs[i] <= nowNs && nextDueNs[i] <= endNs) {
                agents.get(i / streamsEach).onFrame(captured(i));
                sent.setRelease(sent.getPlain() + 1);
                nextSequences[i]++;
                nextDueNs[i] += intervalNs;
                work++;
            }
        }
        done = isOver;
        return work + takeTurns(nowNs);
    }

    /** One agent after the other, evenly over the interval. */
    private int takeTurns(long nowNs) {
        // Who is behind by more than a whole turn has missed nothing by it.
        nextTurnNs = Math.max(nextTurnNs, nowNs - turnIntervalNs);
        int work = 0;
        while (nextTurnNs <= nowNs) {
            nextTurnNs += turnIntervalNs / agents.size();
            work += agents.get(turn).doWork();
            turn = turn + 1 == agents.size() ? 0 : turn + 1;
        }
        return work;
    }

    private Frame captured(int stream) {
        byte[] sound = sounds[(int) ((nextSequences[stream] + stream) % sounds.length)];
        System.arraycopy(sound, 0, frame.bytes(), frame.pcmOffset(), sound.length);
        return frame.streamId(streamIds[stream])
                .epoch(epoch)
                .sequence(nextSequences[stream])
                .captureTimeNs(nextDueNs[stream])
                .clockQuality(ClockQuality.FREE_RUNNING)
                .flags(FrameFlags.DUAL_MONO)
                .keyId(0)
                .samplesPerChannel(SAMPLES);
    }

    @Override
    public void onClose() {
        agents.forEach(ClusterSender::onClose);
    }

    @Override
    public String roleName() {
        return "fleet";
    }
}
