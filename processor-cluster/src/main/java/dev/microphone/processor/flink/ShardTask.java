package dev.microphone.processor.flink;

import dev.microphone.processor.shard.Reception;
import dev.microphone.processor.shard.RouterLinks;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.DataPathIdleStrategy;
import java.util.Objects;
import org.agrona.CloseHelper;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * What source, chain operator and sink of one subtask share: they are one task, on one thread. Made by the sink, which
 * Flink opens first. Owned by that thread.
 *
 * <p>When the router has no room, the processed frame waits here and the source takes no other; the task goes on with
 * checkpoints and hellos meanwhile.
 */
final class ShardTask {
    private static final ThreadLocal<ShardTask> CURRENT = new ThreadLocal<>();

    /** Snapshots and the like; done between frames. */
    @FunctionalInterface
    interface Housekeeping {
        int doWork(long nowNs, boolean canSnapshot);
    }

    private final TaskManagerNode node;
    private final Door door;
    private final EmbeddedMedia toRouters;
    private final RouterLinks routers;
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final Frame pending = new Frame();
    private final IdleStrategy idle = new DataPathIdleStrategy();
    private final AtomicCounter backPressured;
    private boolean hasPending;
    private boolean hasEnded;
    private @Nullable Reception reception;
    private @Nullable Housekeeping housekeeping;

    private ShardTask(TaskManagerNode node, Door door, String name) {
        this.node = node;
        this.door = door;
        Metrics metrics = node.metrics();
        toRouters = node.toRouters();
        routers = new RouterLinks(toRouters.aeron(), node.routers(), node.names(), metrics, "processor-" + name, clock);
        backPressured = metrics.counter("microphone_back_pressure_total", "stage", "processor", "processor", name);
    }

    static ShardTask begin(ShardSettings settings, String name) {
        TaskManagerNode node = TaskManagerNode.acquire(settings);
        Door door = null;
        boolean begun = false;
        try {
            door = node.takeDoor();
            ShardTask task = new ShardTask(node, door, name);
            CURRENT.set(task);
            begun = true;
            return task;
        } finally {
            if (!begun) {
                if (door != null) {
                    node.giveBack(door);
                }
                node.release();
            }
        }
    }

    /** @throws IllegalStateException on a thread of another task: source, chain and sink were not chained */
    static ShardTask current() {
        ShardTask task = CURRENT.get();
        if (task == null) {
            throw new IllegalStateException("source, chain and sink must be one task: chaining is off in this job");
        }
        return task;
    }

    void serve(Reception open, Housekeeping work) {
        reception = open;
        housekeeping = work;
    }

    /** Where agents reach this task. */
    Door door() {
        return door;
    }

    TaskManagerNode node() {
        return node;
    }

    RouterLinks routers() {
        return routers;
    }

    NanoClock clock() {
        return clock;
    }

    /** Sends a processed frame on, or keeps it until there is room. */
    void send(Frame frame) {
        if (!routers.onFrame(frame)) {
            backPressured.incrementRelease();
            pending.copyFrom(frame);
            hasPending = true;
        }
    }

    /** Whether another frame may be processed. */
    boolean hasRoom() {
        if (hasPending) {
            hasPending = !routers.onFrame(pending);
        }
        return !hasPending;
    }

    /** Waits for room; false: there was none in time. */
    boolean awaitRoom(long untilNs) {
        while (!hasRoom() && clock.nanoTime() - untilNs < 0) {
            workForRouters();
        }
        return !hasPending;
    }

    /** Keeps the ways to the routers going, while no frames are taken. */
    void workForRouters() {
        idle.idle(routers.doWork());
    }

    /**
     * Between frames; returns how much there was to do.
     *
     * @throws IllegalStateException when Aeron has closed, after a fault of its own: polls would find nothing for ever
     */
    int poll(FrameHandler handler, int frameLimit) {
        if (door.isDefunct() || toRouters.isClosed()) {
            throw new IllegalStateException("this task's Aeron has closed; the log says why");
        }
        int work = routers.doWork();
        boolean hasRoom = hasRoom();
        work += Objects.requireNonNull(housekeeping, "before open").doWork(clock.nanoTime(), hasRoom);
        return work + Objects.requireNonNull(reception, "before open").poll(handler, hasRoom ? frameLimit : 1);
    }

    /** Flink closes the sink first: what the chain has opened here still has to be closed. */
    void closeSink() {
        if (reception == null) {
            end();
        }
    }

    /** Gives back what is the node's, when everything that uses it has closed; once. */
    void end() {
        if (hasEnded) {
            return;
        }
        hasEnded = true;
        CURRENT.remove();
        CloseHelper.closeAll(routers, () -> node.giveBack(door), node::release);
    }
}
