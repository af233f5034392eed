package dev.microphone.processor.flink;

import dev.microphone.processor.shard.Coverage;
import dev.microphone.processor.shard.Reception;
import dev.microphone.processor.shard.ShardRange;
import dev.microphone.processor.shard.ShardTable;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Answers agents at doors behind which no shard is: it sends their streams to where they are processed, or has them ask
 * again while that is not known. The next shard takes the door over, and with it the agents' connections. Any thread gives
 * and takes doors; the porter's own polls those that it has.
 */
final class Porter implements Agent {
    private static final int FRAME_LIMIT = 64;
    /** Nobody is let in, so what comes was answered before it gets here. */
    private static final FrameHandler NOBODY = frame -> true;

    private record Post(Door door, Reception reception) {}

    private final ShardTable shards;
    private final StreamDirectory names;
    private final Metrics metrics;
    private final NanoClock clock;
    /** The door that was given last is first: its agents are the most likely to be there still. Guarded by this. */
    private final Deque<Post> posts = new ArrayDeque<>();

    private boolean isClosed;

    Porter(ShardTable shards, StreamDirectory names, Metrics metrics, NanoClock clock) {
        this.shards = shards;
        this.names = names;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Looks after a door that its owner polls no more. */
    synchronized void give(Door door) {
        if (isClosed) {
            CloseHelper.close(door);
            return;
        }
        posts.push(new Post(
                door,
                new Reception(
                        door::receivedBy,
                        new Reception.Terms(ShardRange.NONE, 0, 0),
                        shards,
                        Coverage.NOTHING,
                        streamId -> "",
                        names,
                        metrics,
                        roleName(),
                        clock)));
    }

    /** A door for a shard, which polls it from now on; null when there is none. */
    synchronized @Nullable Door take() {
        Post post = posts.poll();
        return post == null ? null : post.door();
    }

    @Override
    public synchronized int doWork() {
        int work = 0;
        for (Post post : posts) {
            work += post.reception().poll(NOBODY, FRAME_LIMIT);
        }
        return work;
    }

    @Override
    public synchronized void onClose() {
        isClosed = true;
        posts.forEach(post -> CloseHelper.close(post.door()));
        posts.clear();
    }

    @Override
    public String roleName() {
        return "porter";
    }
}
