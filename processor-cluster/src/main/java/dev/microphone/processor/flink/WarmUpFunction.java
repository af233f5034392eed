package dev.microphone.processor.flink;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Has the TaskManager load and warm up what the job will need there; what comes in passes. */
final class WarmUpFunction extends RichMapFunction<Long, Long> {
    private static final long serialVersionUID = 1L;

    private final ShardSettings settings;

    WarmUpFunction(ShardSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        TaskManagerNode.acquire(settings).release();
    }

    @Override
    public Long map(Long value) {
        return value;
    }
}
