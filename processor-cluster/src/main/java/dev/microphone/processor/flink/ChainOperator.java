package dev.microphone.processor.flink;

import dev.microphone.processor.StreamSession;
import dev.microphone.processor.shard.Reception;
import dev.microphone.processor.shard.ShardRange;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.DurationHistogram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/** Runs each frame through its stream's session, and keeps the sessions in Flink's state, by stream id. */
// Flink sets what is transient before it calls anything else.
@SuppressWarnings("NullAway.Init")
class ChainOperator extends AbstractStreamOperator<Frame>
        implements OneInputStreamOperator<Frame, Frame>, SessionStore {
    private static final long serialVersionUID = 1L;
    private static final String STATE = "sessions";
    /** So long routers have to take the last frames; a millisecond or two is usual, and nothing is heard meanwhile. */
    private static final long LAST_SNAPSHOTS_NS = 1_000_000_000L;

    private final ShardSettings settings;

    private transient ValueState<byte[]> state;
    private transient ShardTask task;
    private transient ShardStreams streams;
    private transient Watch watch;
    private transient DurationHistogram processingDuration;
    private transient @Nullable Reception reception;
    private transient @Nullable ShardAnnounced announced;

    ChainOperator(ShardSettings settings) {
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        state = context.getKeyedStateStore()
                .getState(new ValueStateDescriptor<>(STATE, BytePrimitiveArraySerializer.INSTANCE));
        task = ShardTask.current();
        TaskManagerNode node = task.node();
        getRuntimeContext()
                .registerUserCodeClassLoaderReleaseHookIfAbsent(
                        "microphone-node", TaskManagerNode::closeWithItsClasses);
        watch = node.watchdog().newWatch();
        String name = String.valueOf(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
        processingDuration = StreamSession.processingDuration(node.metrics(), name);
        long nowNs = task.clock().nanoTime();
        streams = new ShardStreams(
                this,
                streamId -> node.chainOf(streamId)
                        .newChain(watch, settings.faultPolicy(), node.events(), node.metrics(), task.clock()),
                task.routers(),
                TimeUnit.MILLISECONDS.toNanos(settings.snapshotIntervalMs()),
                node.events(),
                node.metrics(),
                name,
                node.errors(),
                nowNs);
        if (context.isRestored()) {
            List<Long> streamIds = this.<Long>getKeyedStateBackend()
                    .getKeys(STATE, VoidNamespace.INSTANCE)
                    .toList();
            streamIds.forEach(streamId -> streams.remember(streamId, nowNs));
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        TaskManagerNode node = task.node();
        KeyGroupRange owned = ((AbstractKeyedStateBackend<?>) getKeyedStateBackend()).getKeyGroupRange();
        ShardRange range = new ShardRange(owned.getStartKeyGroup(), owned.getEndKeyGroup());
        int attempt = node.shards().nextAttempt(range, TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()));
        String stage = "processor-" + getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        Reception opened = new Reception(
                task.door()::receivedBy,
                new Reception.Terms(range, attempt, settings.checkpointIntervalMs()),
                node.shards(),
                streams,
                node::chainTextOf,
                node.names(),
                node.metrics(),
                stage,
                task.clock());
        reception = opened;
        node.flinkMetrics().add(getMetricGroup());
        task.serve(opened, streams::doWork);
        NodeEndpoint endpoint = opened.endpoint();
        LOG.info("Key groups {} to {} are processed at {}, attempt {}", range.first(), range.last(), endpoint, attempt);
        ShardAnnounced shard = node.shardAt(endpoint, range, attempt);
        node.announcer().up(shard);
        announced = shard;
        node.beginRehearsal();
    }

    @Override
    public void processElement(StreamRecord<Frame> element) {
        long startNs = task.clock().nanoTime();
        if (streams.onFrame(element.getValue(), startNs)) {
            processingDuration.record(task.clock().nanoTime() - startNs);
            output.collect(element);
        }
    }

    /**
     * A savepoint behind which the job stops has all streams as they stand, where a checkpoint has each as it was when its
     * turn came last: after a rescale or an upgrade nothing has to be processed again, and agents are live the sooner.
     */
    @Override
    public OperatorSnapshotFutures snapshotState(
            long checkpointId, long timestamp, CheckpointOptions options, CheckpointStreamFactory storage)
            throws Exception {
        if (options.getCheckpointType() instanceof SavepointType savepoint && savepoint.isSynchronous()) {
            long untilNs = task.clock().nanoTime() + LAST_SNAPSHOTS_NS;
            if (task.awaitRoom(untilNs)) {
                streams.storeAll(task::workForRouters, task.clock(), untilNs);
            }
        }
        return super.snapshotState(checkpointId, timestamp, options, storage);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        streams.onCheckpoint(context.getCheckpointId());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        Reception open = reception;
        if (open != null) {
            streams.onCheckpointComplete(checkpointId, open::acknowledge);
        }
    }

    @Override
    public byte @Nullable [] read(long streamId) {
        setCurrentKey(streamId);
        try {
            return state.value();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(long streamId, byte[] stored) {
        setCurrentKey(streamId);
        try {
            state.update(stored);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void clear(long streamId) {
        setCurrentKey(streamId);
        state.clear();
    }

    @Override
    public void close() throws Exception {
        List<AutoCloseable> closing = new ArrayList<>();
        ShardAnnounced shard = announced;
        if (shard != null) {
            // First, so that nobody is sent here any more.
            closing.add(() -> task.node().announcer().down(shard));
        }
        if (reception != null) {
            closing.add(() -> task.node().flinkMetrics().remove(getMetricGroup()));
        }
        if (streams != null) {
            closing.add(streams::close);
        }
        closing.add(watch);
        if (task != null) {
            closing.add(task::end);
        }
        closing.add(super::close);
        CloseHelper.closeAll(closing);
    }
}
