package dev.microphone.transport.service;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;

/**
 * Runs a service's agents, a thread each, and closes all that the service opened in the reverse of the order in which
 * it was opened.
 *
 * <p>So a service composes itself top down (media, publishers, agents), and a failure half-way leaves nothing running:
 * close the host. Owned by the thread that composes; {@link #close} may come from another and is done once.
 */
public final class ServiceHost implements AutoCloseable {
    /** Longer than an agent's slowest doWork; what has not ended by then is reported, and interrupted. */
    private static final int AGENT_CLOSE_TIMEOUT_MS = (int) TimeUnit.SECONDS.toMillis(5);

    private final ErrorLog errors;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    public ServiceHost(ErrorLog errors) {
        this.errors = errors;
    }

    /** Closes the resource with the host, before all that was given earlier. */
    public synchronized <T extends AutoCloseable> T own(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Runs the agent on a thread of its own, from now until the host closes. */
    public AgentRunner start(Agent agent) {
        return start(agent, new DataPathIdleStrategy());
    }

    public AgentRunner start(Agent agent, IdleStrategy idleStrategy) {
        AgentRunner runner = new AgentRunner(idleStrategy, errors, null, agent);
        own(() -> runner.close(
                AGENT_CLOSE_TIMEOUT_MS,
                thread -> errors.onError(new IllegalStateException("agent " + agent.roleName() + " is still running "
                        + AGENT_CLOSE_TIMEOUT_MS + " ms after stop"))));
        AgentRunner.startOnThread(runner);
        return runner;
    }

    public ErrorLog errors() {
        return errors;
    }

    /** Closes everything, last opened first. What fails to close is reported and does not stop the rest. */
    @Override
    public synchronized void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                errors.onError(e);
            }
        }
    }
}
