package dev.microphone.transport.service;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
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
    /** How long an idle agent sleeps at most: a frame waits that long for it, and 20,000 wake-ups a second cost 2 %. */
    private static final long MAX_PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final ErrorLog errors;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    public ServiceHost(ErrorLog errors) {
        this.errors = errors;
    }

    /** An idle strategy for an agent on the data path: spins briefly, then sleeps up to 50 µs. */
    public static IdleStrategy dataPathIdleStrategy() {
        return new BackoffIdleStrategy(10, 10, 1_000, MAX_PARK_NS);
    }

    /** Closes the resource with the host, before all that was given earlier. */
    public synchronized <T extends AutoCloseable> T own(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Runs the agent on a thread of its own, from now until the host closes. */
    public AgentRunner start(Agent agent) {
        return start(agent, dataPathIdleStrategy());
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
