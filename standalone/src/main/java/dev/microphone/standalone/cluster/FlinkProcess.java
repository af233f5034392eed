package dev.microphone.standalone.cluster;

import java.util.Arrays;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;

/** The entry of a Flink process of a local cluster: it ends when the process that started it has ended, however. */
public final class FlinkProcess {
    static final String JOB_MANAGER = "jobmanager";
    static final String TASK_MANAGER = "taskmanager";

    private FlinkProcess() {}

    /** First argument: which; second: the process id of whoever started it; the others are Flink's. */
    public static void main(String[] arguments) throws Exception {
        ProcessHandle.of(Long.parseLong(arguments[1]))
                .ifPresentOrElse(
                        FlinkProcess::endWith, () -> Runtime.getRuntime().halt(1));
        String[] flinks = Arrays.copyOfRange(arguments, 2, arguments.length);
        switch (arguments[0]) {
            case JOB_MANAGER -> StandaloneSessionClusterEntrypoint.main(flinks);
            case TASK_MANAGER -> TaskManagerRunner.main(flinks);
            default ->
                throw new IllegalArgumentException(
                        arguments[0] + ": allowed are " + JOB_MANAGER + " and " + TASK_MANAGER);
        }
    }

    private static void endWith(ProcessHandle parent) {
        var unused = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
    }
}
