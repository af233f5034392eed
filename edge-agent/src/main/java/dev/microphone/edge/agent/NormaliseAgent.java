package dev.microphone.edge.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/** The thread that normalises all sources of a process and hands their frames on. */
final class NormaliseAgent implements Agent {
    /** Sources added faster than a duty cycle; more means that the agent does not run. */
    private static final int MAX_COMMANDS = 1_024;
    /** For a capture thread to notice that it should end. */
    private static final long JOIN_TIMEOUT_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final ErrorHandler errors;
    private final ManyToOneConcurrentArrayQueue<Lane> added = new ManyToOneConcurrentArrayQueue<>(MAX_COMMANDS);
    private final List<Lane> lanes = new ArrayList<>();
    private final Consumer<Lane> addLane = lanes::add;
    private volatile boolean closed;

    NormaliseAgent(ErrorHandler errors) {
        this.errors = errors;
    }

    /**
     * Any thread: gives the agent a lane to work on.
     *
     * @return false when the agent has closed, or has too many to take already
     */
    boolean add(Lane lane) {
        return !closed && added.offer(lane);
    }

    @Override
    public int doWork() {
        int work = added.drain(addLane);
        for (int i = lanes.size() - 1; i >= 0; i--) {
            Lane lane = lanes.get(i);
            work += lane.doWork();
            if (lane.isDone()) {
                lanes.remove(i);
                complete(lane);
                work++;
            }
        }
        return work;
    }

    private void complete(Lane lane) {
        StreamEnd end = lane.complete();
        Exception fault = end.fault();
        if (fault != null) {
            errors.onError(fault);
        }
    }

    @Override
    public String roleName() {
        return "normalise";
    }

    /** Ends sources that still run. Whoever wants their last frames delivered stops them first and waits. */
    @Override
    public void onClose() {
        closed = true;
        added.drain(addLane);
        for (Lane lane : lanes) {
            lane.abandon();
        }
        for (Lane lane : lanes) {
            join(lane);
            complete(lane);
        }
        lanes.clear();
    }

    private void join(Lane lane) {
        try {
            if (!lane.session().capture().join(JOIN_TIMEOUT_MILLIS)) {
                errors.onError(new IllegalStateException("source of " + lane.session().stream() + " still waits "
                        + JOIN_TIMEOUT_MILLIS + " ms after stop"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
