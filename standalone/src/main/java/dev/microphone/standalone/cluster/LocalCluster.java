package dev.microphone.standalone.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.microphone.processor.flink.ProcessorJob;
import dev.microphone.processor.flink.ShardSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagersHeaders;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * A Flink cluster on this machine: one JobManager and some TaskManagers, each a process, with the job in it. For trying
 * and for tests; elsewhere {@code flink run} submits the same job. Owned by one thread.
 */
public final class LocalCluster implements AutoCloseable {
    private static final long START_TIMEOUT_MS = 60_000;
    /** For plugins of hundreds of functions on two busy cores, and a rehearsal that takes as long as it may. */
    private static final long WARM_UP_TIMEOUT_MS = 300_000;

    /** The second goes on from the savepoint of the first. */
    private static final int PRACTICE_RUNS = 2;

    private static final long REST_MS = 15_000;

    private static final long POLL_INTERVAL_MS = 50;
    private static final long SAVEPOINT_POLL_INTERVAL_MS = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final FlinkLauncher launcher;
    private final FlinkConfig config;
    private final Process jobManager;
    private final List<Process> taskManagers = new ArrayList<>();
    private final RestClusterClient<StandaloneClusterId> client;
    private final HttpClient http = HttpClient.newHttpClient();
    private int started;
    private @Nullable JobID job;

    private LocalCluster(Path folder, int slots, List<String> javaOptions) throws Exception {
        this.folder = folder;
        Files.createDirectories(folder.resolve("logs"));
        Files.createDirectories(folder.resolve("flink-plugins"));
        config = new FlinkConfig(folder, slots);
        launcher = new FlinkLauncher(folder, config.write(), javaOptions);
        jobManager = launcher.launch(FlinkProcess.JOB_MANAGER, "jobmanager");
        client = new RestClusterClient<>(config.client(), StandaloneClusterId.getInstance());
    }

    /**
     * Starts the processes and waits until all TaskManagers have reported.
     *
     * @param folder for settings, logs, checkpoints and savepoints; it is left
     * @param slots subtasks that a TaskManager can take
     * @throws IOException when they do not come up within a minute; the message is for users
     */
    public static LocalCluster start(Path folder, int taskManagers, int slots) throws Exception {
        return start(folder, taskManagers, slots, List.of(), message -> {});
    }

    /**
     * As {@link #start(Path, int, int)}.
     *
     * @param javaOptions more of them, for each process, such as {@code -D…}
     * @param progress takes a line for the user when more of them have reported; the caller's thread
     */
    public static LocalCluster start(
            Path folder, int taskManagers, int slots, List<String> javaOptions, Consumer<String> progress)
            throws Exception {
        LocalCluster cluster = new LocalCluster(folder.toAbsolutePath(), slots, javaOptions);
        boolean isUp = false;
        try {
            for (int i = 0; i < taskManagers; i++) {
                cluster.addTaskManager();
            }
            cluster.awaitTaskManagers(taskManagers, progress);
            isUp = true;
            return cluster;
        } finally {
            if (!isUp) {
                cluster.close();
            }
        }
    }

    /** Starts one more TaskManager; does not wait for it. */
    public Process addTaskManager() throws IOException {
        started++;
        Process process = launcher.launch(FlinkProcess.TASK_MANAGER, "taskmanager-" + started);
        taskManagers.add(process);
        return process;
    }

    /** Waits until so many TaskManagers have reported to the JobManager. */
    private void awaitTaskManagers(int count, Consumer<String> progress) throws Exception {
        long deadlineMs = System.currentTimeMillis() + START_TIMEOUT_MS;
        int seen = -1;
        while (seen != count) {
            if (!isAlive() || System.currentTimeMillis() > deadlineMs) {
                throw new IOException("the Flink cluster did not come up: " + Math.max(0, seen) + " of " + count
                        + " TaskManagers; its logs are in " + folder.resolve("logs"));
            }
            Thread.sleep(POLL_INTERVAL_MS);
            int now = reported();
            if (now > seen) {
                progress.accept("the JobManager is up, with " + now + " of " + count + " TaskManagers");
            }
            seen = now;
        }
    }

    private boolean isAlive() {
        return jobManager.isAlive() && taskManagers.stream().allMatch(Process::isAlive);
    }

    private int reported() throws InterruptedException {
        try {
            return client.sendRequest(
                            TaskManagersHeaders.getInstance(),
                            EmptyMessageParameters.getInstance(),
                            EmptyRequestBody.getInstance())
                    .get(POLL_INTERVAL_MS * 40, TimeUnit.MILLISECONDS)
                    .getTaskManagerInfos()
                    .size();
        } catch (ExecutionException | TimeoutException e) {
            // It is not up yet.
            return -1;
        }
    }

    /** The processes that run the job, in the order in which they were started; dead ones too. */
    public List<Process> taskManagers() {
        return taskManagers;
    }

    /**
     * Submits the job and waits until it runs.
     *
     * @param savepoint where to go on from; null: from nothing
     */
    public void submit(ShardSettings settings, int parallelism, @Nullable String savepoint) throws Exception {
        submit(environment -> ProcessorJob.build(environment, settings), parallelism, savepoint);
    }

    /** As {@link #submit(ShardSettings, int, String)}, with a job of the caller's. */
    public void submit(Consumer<StreamExecutionEnvironment> builder, int parallelism, @Nullable String savepoint)
            throws Exception {
        job = start(graph(builder, parallelism), savepoint);
    }

    private static JobGraph graph(Consumer<StreamExecutionEnvironment> builder, int parallelism) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(parallelism);
        builder.accept(environment);
        return environment.getStreamGraph().getJobGraph();
    }

    private JobID start(JobGraph graph, @Nullable String savepoint) throws Exception {
        JobID submitted = submit(graph, savepoint);
        awaitRunning(submitted, graph.getMaximumParallelism());
        return submitted;
    }

    private JobID submit(JobGraph graph, @Nullable String savepoint) throws Exception {
        if (savepoint != null) {
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
        }
        return client.submitJob(graph).get();
    }

    /** It gives its slots back, then or a little later; one that has ended stays as it is. */
    private void cancel(JobID submitted) {
        var unused = client.cancel(submitted);
    }

    private void awaitRunning(JobID submitted, int parallelism) throws Exception {
        long deadlineMs = System.currentTimeMillis() + START_TIMEOUT_MS;
        JsonNode details = details(submitted);
        while (runningTasks(details) < parallelism) {
            String state = details.path("state").asText();
            if (state.equals("FAILED") || System.currentTimeMillis() > deadlineMs) {
                throw new IOException("the job is " + state + ", with " + runningTasks(details) + " of " + parallelism
                        + " subtasks running; logs are in " + folder.resolve("logs"));
            }
            Thread.sleep(POLL_INTERVAL_MS);
            details = details(submitted);
        }
    }

    /** By Flink's REST interface itself: its Java classes need annotations that are not there. */
    private JsonNode details(JobID submitted) throws IOException, InterruptedException {
        return get("/jobs/" + submitted);
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(URI.create(restUrl() + path)).build());
    }

    private JsonNode post(String path, String body) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(URI.create(restUrl() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private JsonNode answer(HttpRequest request) throws IOException, InterruptedException {
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static int runningTasks(JsonNode details) {
        int running = 0;
        for (JsonNode vertex : details.path("vertices")) {
            running += vertex.path("tasks").path("RUNNING").asInt();
        }
        return running;
    }

    /**
     * Has all TaskManagers with free slots load and rehearse what the job needs, while it runs on the others or beside them,
     * and waits for it. Then a failure, or a rescale, is over the sooner. They do the same by themselves behind the job's
     * start, but gently, for minutes; and they do not practise a savepoint, as this does.
     *
     * @param settings the job's
     * @throws IOException when that fails or takes too long; the job goes on as it was
     */
    public void warmUp(ShardSettings settings) throws Exception {
        int freeSlots = get("/overview").path("slots-available").asInt();
        if (freeSlots == 0) {
            return;
        }
        JobGraph graph = graph(environment -> ProcessorJob.buildWarmUp(environment, settings), freeSlots);
        JobID submitted = submit(graph, null);
        try {
            client.requestJobResult(submitted)
                    .get(WARM_UP_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                    .toJobExecutionResult(LocalCluster.class.getClassLoader());
        } catch (TimeoutException e) {
            cancel(submitted);
            throw new IOException(
                    "the TaskManagers were not warm within " + WARM_UP_TIMEOUT_MS / 1000
                            + " s: the job goes on as it was; logs are in " + folder.resolve("logs"),
                    e);
        }
        practise(settings, freeSlots);
    }

    /**
     * What a rescale asks of everybody, once for nobody. The first savepoint that a JobManager takes and goes on from takes
     * it twice as long as the second, and streams wait for it.
     */
    private void practise(ShardSettings settings, int slots) throws Exception {
        String target = folder.resolve("practice").toUri().toString();
        String savepoint = null;
        for (int i = 0; i < PRACTICE_RUNS; i++) {
            JobGraph graph = graph(environment -> ProcessorJob.buildPractice(environment, settings), slots);
            JobID practice = submit(graph, savepoint);
            boolean hasStopped = false;
            try {
                awaitRunning(practice, graph.getMaximumParallelism());
                savepoint = stopWithSavepoint(practice, target);
                hasStopped = true;
            } finally {
                if (!hasStopped) {
                    cancel(practice);
                }
            }
        }
        // What that has given the JIT compilers to do is done before streams have to wait for a processor.
        Thread.sleep(REST_MS);
    }

    /**
     * Changes the number of subtasks: a savepoint, and the job goes on from it. Agents keep what they capture meanwhile.
     *
     * @return where the savepoint is
     */
    public String rescale(ShardSettings settings, int parallelism) throws Exception {
        JobID running = job;
        if (running == null) {
            throw new IllegalStateException("no job has been submitted");
        }
        warmUp(settings);
        // All that can be done before the streams have to wait.
        JobGraph next = graph(environment -> ProcessorJob.build(environment, settings), parallelism);
        String savepoint = stopWithSavepoint(running, config.savepoints());
        job = start(next, savepoint);
        return savepoint;
    }

    /**
     * As Flink's client does, which however asks ever less often whether it is done, and so may double the time. The native
     * format, as the streams wait while the canonical one is written: 0.6 s in place of 0.2 s.
     */
    private String stopWithSavepoint(JobID running, String target) throws Exception {
        JsonNode asked = post(
                "/jobs/" + running + "/stop",
                JSON.createObjectNode()
                        .put("drain", false)
                        .put("formatType", "NATIVE")
                        .put("targetDirectory", target)
                        .toString());
        String request = asked.path("request-id").asText();
        if (request.isEmpty()) {
            throw new IOException("the job cannot be stopped with a savepoint: " + asked);
        }
        long deadlineMs = System.currentTimeMillis() + START_TIMEOUT_MS;
        JsonNode savepoint = get("/jobs/" + running + "/savepoints/" + request);
        while (!savepoint.path("status").path("id").asText().equals("COMPLETED")) {
            if (System.currentTimeMillis() > deadlineMs) {
                throw new IOException("the job has not stopped with a savepoint: " + savepoint);
            }
            Thread.sleep(SAVEPOINT_POLL_INTERVAL_MS);
            savepoint = get("/jobs/" + running + "/savepoints/" + request);
        }
        JsonNode location = savepoint.path("operation").path("location");
        if (location.isMissingNode()) {
            throw new IOException("the job could not be stopped with a savepoint: " + savepoint);
        }
        return location.asText();
    }

    /** Flink's own web address. */
    public String restUrl() {
        return config.restUrl();
    }

    /** Ends the processes. */
    @Override
    public void close() {
        client.close();
        http.close();
        List<Process> all = new ArrayList<>(taskManagers);
        all.add(jobManager);
        all.forEach(Process::destroy);
        for (Process process : all) {
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
