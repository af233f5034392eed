package dev.microphone.processor.flink;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;

/** Has the TaskManager load and warm up what the job will need there. */
final class WarmUpFunction extends RichMapFunction<Long, Long> {
    private static final long serialVersionUID = 1L;

    private final ShardSettings settings;

    WarmUpFunction(ShardSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) throws InterruptedException {
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
        getRuntimeContext().getState(new ValueStateDescriptor<>("warm-up", BytePrimitiveArraySerializer.INSTANCE));
    }

    @Override
    public Long map(Long value) {
        return value;
    }
}
