package dev.microphone.processor.flink;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.link.KeyGroups;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * The job: source, chain and sink, which Flink runs as one task each subtask. Live frames never cross Flink's network.
 *
 * <p>The parallelism is the environment's; it may change from one savepoint to the next. The number of key groups may not:
 * agents compute them.
 */
public final class ProcessorJob {
    public static final String NAME = "microphone";

    /** A storage that hangs holds up the checkpoints behind it for so long. */
    private static final Duration CHECKPOINT_TIMEOUT = Duration.ofMinutes(1);
    /** So that what does nothing takes no processor for it. */
    private static final long NUMBER_INTERVAL_NS = 1_000_000L;

    private ProcessorJob() {}

    /** Adds the job to the environment, with all that its guarantees rest on. */
    public static void build(StreamExecutionEnvironment environment, ShardSettings settings) {
        build(environment, settings, new ChainOperator(settings));
    }

    static void build(StreamExecutionEnvironment environment, ShardSettings settings, ChainOperator chain) {
        environment.setMaxParallelism(KeyGroups.COUNT);
        environment.enableCheckpointing(settings.checkpointIntervalMs());
        environment.configure(configuration());
        TypeInformation<Frame> frames = TypeInformation.of(Frame.class);
        SingleOutputStreamOperator<Frame> source = environment
                .fromSource(new ShardSource(), WatermarkStrategy.noWatermarks(), "agents", frames)
                .uid("agents");
        // Agents send each stream to the subtask that owns its key group, so nothing needs to be shuffled.
        DataStreamUtils.reinterpretAsKeyedStream(source, new StreamKeys(), Types.LONG)
                .transform("chain", frames, chain)
                .uid("chain")
                .sinkTo(new RouterSink(settings))
                .name("routers")
                .uid("routers");
    }

    /**
     * A job that ends at once, and leaves every TaskManager that it ran on warm for the other: plugins loaded, the bus read,
     * and those parts of Flink run once that the job needs. A cold one takes some seconds for that, in which
     * its streams would wait. Only where the classes are the process's own (Flink's {@code lib/}), as those that come with
     * a job go with it: elsewhere it fails.
     */
    public static void buildWarmUp(StreamExecutionEnvironment environment, ShardSettings settings) {
        buildIdle(environment, settings, environment.getParallelism());
    }

    /**
     * As the job for the warm-up, and goes on until it is stopped. What a rescale asks of the JobManager and of the
     * TaskManagers can be practised with it: a savepoint, and going on from it.
     */
    public static void buildPractice(StreamExecutionEnvironment environment, ShardSettings settings) {
        buildIdle(environment, settings, Long.MAX_VALUE);
    }

    private static void buildIdle(StreamExecutionEnvironment environment, ShardSettings settings, long numbers) {
        environment.setMaxParallelism(KeyGroups.COUNT);
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        restartAtOnce(configuration);
        // One on each TaskManager, which practises it.
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, environment.getParallelism());
        environment.configure(configuration);
        // As the job itself has it: a source, an operator with keyed state and a sink, chained. No number gets through,
        // since none has a key of the subtask that it comes to.
        SingleOutputStreamOperator<Long> none = environment
                .fromSequence(1, numbers)
                .filter(number -> {
                    LockSupport.parkNanos(NUMBER_INTERVAL_NS);
                    return false;
                });
        DataStreamUtils.reinterpretAsKeyedStream(none, number -> number, Types.LONG)
                .map(new WarmUpFunction(settings))
                .sinkTo(new DiscardingSink<>());
    }

    private static Configuration configuration() {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(PipelineOptions.OPERATOR_CHAINING, true);
        configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        configuration.set(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, 1);
        // Frames go on without them: what no checkpoint covers stays with the agents until one does.
        configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
        configuration.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, CHECKPOINT_TIMEOUT);
        configuration.set(MetricOptions.LATENCY_INTERVAL, Duration.ZERO);
        restartAtOnce(configuration);
        return configuration;
    }

    private static void restartAtOnce(Configuration configuration) {
        // At once, then ever slower: a frame that makes a bug of ours throw comes again.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, Duration.ofMillis(10));
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofSeconds(10));
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                Duration.ofMinutes(1));
    }
}
