package dev.microphone.processor.flink;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * Has the TaskManager load and warm up what the job will need there, and then fails once on each of them: what Flink does
 * about a failure it has done before when a stream waits for it.
 */
final class WarmUpFunction extends RichMapFunction<Long, Long> {
    private static final long serialVersionUID = 1L;

    /** On this TaskManager. */
    private static final AtomicBoolean HAS_FAILED = new AtomicBoolean();

    private final ShardSettings settings;

    WarmUpFunction(ShardSettings settings) {
        this.settings = settings;
    }

    /** @throws SuppressRestartsException for what another attempt would not get over either; its cause says what */
    @Override
    public void open(OpenContext context) throws InterruptedException {
        try {
            warmUp();
        } catch (RuntimeException e) {
            throw new SuppressRestartsException(e);
        }
        if (HAS_FAILED.compareAndSet(false, true)) {
            throw new IllegalStateException("not an error: each TaskManager practises a failure once, so that those in"
                    + " earnest are over the sooner");
        }
        getRuntimeContext().getState(new ValueStateDescriptor<>("warm-up", BytePrimitiveArraySerializer.INSTANCE));
    }

    private void warmUp() throws InterruptedException {
        if (!TaskManagerNode.outlivesItsJob()) {
            throw new IllegalStateException("what is warmed up here would go with this job, since its classes came with"
                    + " it: put the jar into the lib/ folder of Flink on the JobManager and all TaskManagers, and set"
                    + " classloader.parent-first-patterns.additional: dev.microphone");
        }
        TaskManagerNode node = TaskManagerNode.acquire(settings);
        try {
            node.awaitRehearsal();
        } finally {
            node.release();
        }
    }

    @Override
    public Long map(Long value) {
        return value;
    }
}
