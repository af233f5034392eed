package dev.microphone.processor.flink;

import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.shard.Reception;
import dev.microphone.processor.shard.RouterLinks;
import dev.microphone.processor.shard.RouterList;
import dev.microphone.processor.shard.ShardRange;
import dev.microphone.processor.shard.ShardTable;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.AnswerHandler;
import dev.microphone.transport.link.NamedStreams;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.link.NodeLink;
import dev.microphone.transport.link.RouterChannels;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.ChannelUri;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * All that a shard does for its streams, done once where there are none yet: an agent of its own says hello at a door and
 * sends frames, which pass reception, sessions, snapshots and the way to a router of its own, are restored from what was
 * written down, and go on. So what streams meet on a fresh TaskManager has been loaded, and compiled where it counts. Nobody
 * else sees any of it: own streams, counters, ports and router, and a shard that is announced to nobody. On the calling thread.
 */
final class Rehearsal implements AutoCloseable {
    private static final int STREAMS = 6;
    /** Two lives, each of ten seconds of sound. */
    private static final int FRAMES_OF_A_LIFE = 500;

    private static final int FRAMES_IN_A_ROW = 8;
    private static final long SNAPSHOT_INTERVAL_NS = 100_000_000L;
    private static final long EPOCH = 1;
    private static final String STAGE = "rehearsal";
    /** On two busy cores it took 22 s, and on slower ones half was done after 30 s: no stream waits for it. */
    private static final long LONGEST_NS = 90_000_000_000L;

    /** The JIT has nothing left to do that matters when it was at work for less than a tenth of a second and a half. */
    private static final long QUIET_NS = 1_500_000_000L;

    private static final double QUIET_SHARE = 0.1;
    /** A minute: where others keep the JIT busy it never is quiet. */
    private static final int MOST_WAITS = 40;

    /** While nobody waits for it: so many times as long as it worked, which leaves most of a processor to live streams. */
    private static final int RESTS = 7;

    private static final long LONGEST_REST_NS = 500_000_000L;

    private final Watch watch;
    private final ErrorHandler errors;
    private final Door door;
    private final Pace pace;
    private final Metrics metrics = new Metrics();
    private final StreamDirectory names = new StreamDirectory();
    private final List<StreamName> streams = new ArrayList<>();
    private final Map<Long, PreparedChain> chainOfStream = new HashMap<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Stored stored = new Stored();
    private final Introduced introduced = new Introduced();
    private final IdleStrategy idle = new SleepingMillisIdleStrategy(1);
    private final Frame frame = new Frame();
    private final SplittableRandom random = new SplittableRandom(1);
    private final long startNs = System.nanoTime();
    private long restedNs;
    private long delivered;

    /** How fast it is to be. */
    interface Pace {
        /** Whether somebody waits for it. */
        boolean isHurried();

        /** Whether it is to end where it is. */
        boolean isStopped();
    }

    /**
     * @param chains are passed in turn, and closed with it
     * @param watch of the calling thread
     * @param door is closed with it
     * @param pace is asked again and again
     */
    Rehearsal(List<PreparedChain> chains, Watch watch, ErrorHandler errors, Door door, Pace pace) {
        this.watch = watch;
        this.errors = errors;
        this.door = door;
        this.pace = pace;
        for (int i = 0; i < Math.max(STREAMS, chains.size()); i++) {
            streams.add(new StreamName("rehearsal/here/node/stream" + i));
            chainOfStream.put(streams.get(i).streamId(), chains.get(i % chains.size()));
        }
        opened.add(door);
        opened.addAll(chains);
    }

    private <T extends AutoCloseable> T own(T resource) {
        opened.add(0, resource);
        return resource;
    }

    /** What is stored of the streams. */
    private static final class Stored implements SessionStore {
        private final Map<Long, byte[]> sessions = new HashMap<>();

        @Override
        public byte @Nullable [] read(long streamId) {
            return sessions.get(streamId);
        }

        @Override
        public void write(long streamId, byte[] session) {
            sessions.put(streamId, session);
        }

        @Override
        public void clear(long streamId) {
            sessions.remove(streamId);
        }
    }

    /** What the shard has answered. */
    private static final class Introduced implements AnswerHandler {
        private String framesTo = "";
        private int streams;

        @Override
        public void onOwner(
                long streamId,
                long epoch,
                long coveredSequence,
                long attempt,
                long acknowledgementIntervalMs,
                String endpoint,
                String chain) {
            framesTo = endpoint;
            streams++;
        }

        @Override
        public void onMoved(long streamId, long attempt, String endpoint) {}

        @Override
        public void onAcknowledged(long streamId, long epoch, long coveredSequence, long attempt) {}
    }

    /**
     * Runs it.
     *
     * @return how many frames came through; fewer than were sent when it worked for longer than a minute and a half, or was stopped
     */
    long run() {
        EmbeddedMedia media = own(EmbeddedMedia.launch(errors));
        FrameSubscriber router = own(new FrameSubscriber(
                media.aeron(),
                RouterChannels.listen("127.0.0.1:0"),
                RouterChannels.STREAM_ID,
                metrics,
                STAGE,
                new NamedStreams(new StreamDirectory(), metrics, STAGE)));
        String routerChannel = await(router::resolvedChannel);
        if (routerChannel == null) {
            return 0;
        }
        RouterLinks toRouter = own(new RouterLinks(
                media.aeron(),
                new RouterList(
                        List.of(String.valueOf(ChannelUri.parse(routerChannel).get("endpoint")))),
                names,
                metrics,
                STAGE,
                SystemNanoClock.INSTANCE));
        int sent = 0;
        for (int life = 0; life < 2 && isInTime(); life++) {
            live(media, router, toRouter, sent);
            sent += FRAMES_OF_A_LIFE;
        }
        return delivered;
    }

    /**
     * Waits until the JIT is through with what it was given: it goes on for seconds, and streams that begin meanwhile have its
     * threads beside them, and slow code.
     */
    void awaitCompiled() {
        awaitCompiled(pace::isStopped);
    }

    /** The same before one begins, unless somebody waits for it: streams that are live already have slow code until then. */
    static void awaitQuiet(Pace pace) {
        awaitCompiled(() -> pace.isHurried() || pace.isStopped());
    }

    private static void awaitCompiled(BooleanSupplier isEnough) {
        CompilationMXBean jit = ManagementFactory.getCompilationMXBean();
        if (jit == null || !jit.isCompilationTimeMonitoringSupported()) {
            return;
        }
        long nowMs = jit.getTotalCompilationTime();
        for (int i = 0; i < MOST_WAITS && !isEnough.getAsBoolean(); i++) {
            long beforeMs = nowMs;
            LockSupport.parkNanos(QUIET_NS);
            nowMs = jit.getTotalCompilationTime();
            if (nowMs - beforeMs <= QUIET_NS / 1_000_000 * QUIET_SHARE) {
                return;
            }
        }
    }

    private static @Nullable String await(Supplier<@Nullable String> text) {
        long untilNs = System.nanoTime() + LONGEST_NS;
        String found = text.get();
        while (found == null && System.nanoTime() - untilNs < 0) {
            Thread.onSpinWait();
            found = text.get();
        }
        return found;
    }

    private boolean isInTime() {
        return System.nanoTime() - startNs - restedNs < LONGEST_NS && !pace.isStopped();
    }

    /** After so much work. Returns the time. */
    private long rest(long workedNs) {
        long beginNs = System.nanoTime();
        if (pace.isHurried() || pace.isStopped()) {
            return beginNs;
        }
        LockSupport.parkNanos(Math.min(RESTS * workedNs, LONGEST_REST_NS));
        long endNs = System.nanoTime();
        restedNs += endNs - beginNs;
        return endNs;
    }

    /** One attempt of the shard, which takes up what the one before has stored. */
    private void live(EmbeddedMedia media, FrameSubscriber router, RouterLinks toRouter, int first) {
        ShardStreams sessions = new ShardStreams(
                stored,
                this::newChain,
                toRouter,
                SNAPSHOT_INTERVAL_NS,
                ControlEventListener.NONE,
                metrics,
                STAGE,
                errors,
                System.nanoTime());
        streams.forEach(stream -> sessions.remember(stream.streamId(), System.nanoTime()));
        Reception reception = new Reception(
                door::receivedBy,
                new Reception.Terms(ShardRange.ALL, 1 + first, 0),
                new ShardTable(metrics.counter("microphone_link_messages_refused_total", "stage", STAGE)),
                sessions,
                streamId -> chainOf(streamId).spec().toString(),
                names,
                metrics,
                STAGE,
                SystemNanoClock.INSTANCE);
        BooleanSupplier round = () -> toRouter.doWork()
                        + sessions.doWork(System.nanoTime(), true)
                        + router.poll(this::onDelivered, 50)
                        + reception.poll(taken -> process(taken, sessions, toRouter, router), FRAMES_IN_A_ROW)
                > 0;
        NodeLink hello = new NodeLink(media.aeron(), door.endpoint(), metrics);
        NodeLink frames = null;
        try {
            introduce(hello, round);
            frames = introduced.framesTo.isEmpty()
                    ? hello
                    : new NodeLink(media.aeron(), NodeEndpoint.parse(introduced.framesTo), metrics);
            if (frames != hello) {
                introduce(frames, round);
            }
            send(frames, round, first);
        } finally {
            CloseHelper.closeAll(frames == hello ? null : frames, hello, sessions::close);
        }
    }

    private PreparedChain chainOf(long streamId) {
        return Objects.requireNonNull(chainOfStream.get(streamId));
    }

    private Chain newChain(long streamId) {
        return chainOf(streamId)
                .newChain(watch, FaultPolicy.DEFAULT, ControlEventListener.NONE, metrics, SystemNanoClock.INSTANCE);
    }

    private boolean process(Frame taken, ShardStreams sessions, RouterLinks toRouter, FrameSubscriber router) {
        if (sessions.onFrame(taken, System.nanoTime())) {
            while (isInTime() && !toRouter.onFrame(taken)) {
                idle.idle(toRouter.doWork() + router.poll(this::onDelivered, 50));
            }
        }
        return true;
    }

    private boolean onDelivered(Frame ignored) {
        delivered++;
        return true;
    }

    private void work(NodeLink link, BooleanSupplier round) {
        idle.idle((round.getAsBoolean() ? 1 : 0) + link.poll(introduced, 10));
    }

    private void introduce(NodeLink link, BooleanSupplier round) {
        while (isInTime() && !link.isConnected()) {
            work(link, round);
        }
        introduced.streams = 0;
        for (StreamName stream : streams) {
            while (isInTime() && !link.hello(stream, EPOCH, 0, 0)) {
                work(link, round);
            }
        }
        while (isInTime() && introduced.streams < streams.size()) {
            work(link, round);
        }
    }

    private void send(NodeLink link, BooleanSupplier round, int first) {
        long target = delivered + (long) FRAMES_OF_A_LIFE * streams.size();
        long wokeNs = System.nanoTime();
        for (int sequence = first; sequence < first + FRAMES_OF_A_LIFE; sequence++) {
            for (StreamName stream : streams) {
                Frame captured = captured(stream, sequence);
                while (isInTime() && !link.onFrame(captured)) {
                    work(link, round);
                    captured = captured(stream, sequence);
                }
            }
            if (sequence % FRAMES_IN_A_ROW == 0) {
                work(link, round);
                wokeNs = rest(System.nanoTime() - wokeNs);
            }
        }
        while (isInTime() && delivered < target) {
            work(link, round);
        }
    }

    private Frame captured(StreamName stream, int sequence) {
        int samples = CanonicalAudio.samplesPerChannel(CanonicalAudio.DEFAULT_FRAME_MILLIS);
        frame.streamId(stream.streamId())
                .epoch(EPOCH)
                .sequence(sequence)
                .captureTimeNs(sequence * 1_000_000L * CanonicalAudio.DEFAULT_FRAME_MILLIS)
                .flags(0)
                .keyId(0)
                .samplesPerChannel(samples);
        byte[] bytes = frame.bytes();
        double loudness = 3_000 * (1 + Math.sin(sequence * 0.05));
        for (int i = 0; i < samples; i++) {
            double tone =
                    loudness * Math.sin(2 * Math.PI * 180 * (sequence * samples + i) / CanonicalAudio.SAMPLE_RATE_HZ);
            short sample = (short) (tone + random.nextInt(-500, 500));
            for (int channel = 0; channel < 2; channel++) {
                int at = frame.pcmOffset() + i * CanonicalAudio.BLOCK_LENGTH + channel * Short.BYTES;
                bytes[at] = (byte) sample;
                bytes[at + 1] = (byte) (sample >> 8);
            }
        }
        return frame;
    }

    @Override
    public void close() {
        CloseHelper.closeAll(opened);
    }
}
