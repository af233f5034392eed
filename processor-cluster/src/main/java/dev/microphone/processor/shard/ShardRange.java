package dev.microphone.processor.shard;

import dev.microphone.transport.link.KeyGroups;

/**
 * The key groups that a shard owns.
 *
 * @param first from 0
 * @param last inclusive; one below the first: it owns none
 */
public record ShardRange(int first, int last) {
    /** All: a node that is alone. */
    public static final ShardRange ALL = new ShardRange(0, KeyGroups.COUNT - 1);

    /** None: a node where no shard is. */
    public static final ShardRange NONE = new ShardRange(0, -1);

    public ShardRange {
        if (first < 0 || last < first - 1 || last >= KeyGroups.COUNT) {
            throw new IllegalArgumentException("key groups " + first + " to " + last + ": allowed are 0 to "
                    + (KeyGroups.COUNT - 1) + ", the first at most one above the last");
        }
    }

    public boolean owns(long streamId) {
        int keyGroup = KeyGroups.of(streamId);
        return keyGroup >= first && keyGroup <= last;
    }
}
