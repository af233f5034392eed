package dev.microphone.standalone.cluster;

import dev.microphone.kafka.KafkaBroker;
import dev.microphone.processor.flink.ShardSettings;
import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.standalone.config.ClusterConfig;
import dev.microphone.standalone.config.ControlConfig;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.live.RouterNode;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.ServiceHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All that agents need on one machine, for trying it: a broker where none is configured, a router, and a Flink cluster. */
public final class TrialCluster implements AutoCloseable {
    private final ServiceHost host;
    private final String description;

    /**
     * @param taskManagers processes that run the job
     * @param slots subtasks that one of them can take
     * @param subtasks of the job
     */
    public record Size(int taskManagers, int slots, int subtasks) {}

    private TrialCluster(ServiceHost host, String description) {
        this.host = host;
        this.description = description;
    }

    /**
     * Starts everything and waits until the job runs.
     *
     * @param folder for logs, checkpoints and savepoints; null: a temporary one
     * @param messages takes one line for the user now and then; any thread
     * @throws UserError when something does not come up; then nothing is left running
     */
    public static TrialCluster start(
            MicrophoneConfig config, Size size, @Nullable Path folder, ErrorLog errors, Consumer<String> messages) {
        ServiceHost host = new ServiceHost(errors);
        boolean started = false;
        try {
            TrialCluster cluster = new TrialCluster(host, compose(config, size, folder, host, messages));
            started = true;
            return cluster;
        } catch (UserError e) {
            throw e;
        } catch (Exception e) {
            throw UserError.failed("the cluster did not start: " + e.getMessage(), e);
        } finally {
            if (!started) {
                host.close();
            }
        }
    }

    private static String compose(
            MicrophoneConfig config, Size size, @Nullable Path folder, ServiceHost host, Consumer<String> messages)
            throws Exception {
        KafkaBusSettings kafka = bus(config, host, messages);
        MicrophoneConfig used =
                config.withControl(new ControlConfig(config.control().node(), kafka));
        ClusterConfig cluster = used.cluster();
        if (cluster.routers().isEmpty()) {
            used = used.withCluster(cluster.withRouters(List.of(cluster.ownHost() + ":" + cluster.routerPort())));
        }
        RouterNode router = host.own(RouterNode.start(used, host.errors(), messages));
        Path place = folder == null ? Files.createTempDirectory("microphone-cluster") : folder;
        messages.accept(
                "starting a JobManager and " + size.taskManagers() + " TaskManagers, logs in " + place.resolve("logs"));
        LocalCluster flink =
                host.own(LocalCluster.start(place, size.taskManagers(), size.slots(), List.of(), messages));
        messages.accept("submitting the job with " + size.subtasks() + " subtasks, which load their plugins");
        ShardSettings settings = ClusterSettings.of(used, kafka);
        flink.submit(settings, size.subtasks(), null);
        return "the job runs with " + size.subtasks() + " subtasks; TaskManagers have the process ids "
                + flink.taskManagers().stream().map(Process::pid).toList() + "; Flink at " + flink.restUrl()
                + System.lineSeparator() + "agents: --node "
                + cluster.ownHost() + ":" + cluster.processorPort() + "; listen at " + router.url();
    }

    private static KafkaBusSettings bus(MicrophoneConfig config, ServiceHost host, Consumer<String> messages)
            throws IOException {
        KafkaBusSettings configured = config.control().kafka();
        if (configured != null) {
            return configured;
        }
        messages.accept("starting a Kafka broker in this process");
        return KafkaBusSettings.of(host.own(KafkaBroker.startInProcess()).bootstrapServers());
    }

    /** For the user: where everything is. */
    public String description() {
        return description;
    }

    /** Ends all processes. */
    @Override
    public void close() {
        host.close();
    }
}
