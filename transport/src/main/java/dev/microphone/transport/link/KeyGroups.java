package dev.microphone.transport.link;

/**
 * Which of the {@value #COUNT} key groups a stream belongs to, and which shard a key group: the same as in Flink, so that
 * an agent's frames go straight to the subtask whose state they need. Part of the protocol, for good.
 *
 * @see <a href="https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/datastream/execution/parallel/">Flink,
 *     maximum parallelism</a>
 */
public final class KeyGroups {
    /** The job's maximum parallelism. */
    public static final int COUNT = 128;

    private KeyGroups() {}

    /** From 0 to 127. */
    public static int of(long streamId) {
        return murmurHash(Long.hashCode(streamId)) % COUNT;
    }

    /** Which of so many shards owns the key group, from 0. */
    public static int shardOf(int keyGroup, int shards) {
        return keyGroup * shards / COUNT;
    }

    /** MurmurHash3, 32 bits, of one 4-byte block, as in Flink's {@code MathUtils.murmurHash}; not negative. */
    private static int murmurHash(int code) {
        int hash = Integer.rotateLeft(code * 0xcc9e2d51, 15) * 0x1b873593;
        hash = Integer.rotateLeft(hash, 13) * 5 + 0xe6546b64;
        hash ^= Integer.BYTES;
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        hash ^= hash >>> 16;
        return hash == Integer.MIN_VALUE ? 0 : Math.abs(hash);
    }
}
