package dev.microphone.standalone.cluster;

import dev.microphone.processor.flink.ProcessorJob;
import dev.microphone.processor.flink.ShardSettings;
import dev.microphone.standalone.config.ConfigFile;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.terminal.UserError;
import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What {@code flink run microphone-job.jar --config microphone.toml} calls. Parallelism, checkpoint folder and savepoint are
 * Flink's own flags and settings.
 */
public final class JobMain {
    /** Instead of the job: one that has free TaskManagers load what the job needs, and ends. */
    private static final String WARM_UP = "--warm-up";

    private JobMain() {}

    /** @throws UserError when the arguments or the config cannot be used; Flink prints its message */
    public static void main(String[] arguments) throws Exception {
        boolean isWarmUp = arguments.length == 3 && arguments[2].equals(WARM_UP);
        if ((arguments.length != 2 && !isWarmUp) || !arguments[0].equals("--config")) {
            throw UserError.badUsage("usage: flink run [Flink's flags] microphone-job.jar --config microphone.toml ["
                    + WARM_UP + "]; found " + arguments.length + " arguments: " + String.join(" ", arguments));
        }
        MicrophoneConfig config = ConfigFile.read(Path.of(arguments[1]));
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        if (config.control().kafka() == null && environment.getParallelism() > 1) {
            throw UserError.badUsage("control.kafka is missing in " + arguments[1] + ": " + environment.getParallelism()
                    + " subtasks find each other by it; without it only -p 1 works");
        }
        ShardSettings settings = ClusterSettings.of(config, config.control().kafka());
        if (isWarmUp) {
            ProcessorJob.buildWarmUp(environment, settings);
            environment.execute(ProcessorJob.NAME + " warm-up");
            return;
        }
        ProcessorJob.build(environment, settings);
        environment.executeAsync(ProcessorJob.NAME);
    }
}
