/** A shard: the part of all streams, by key group, that one thread of a node processes, in Flink or alone. */
@NullMarked
package dev.microphone.processor.shard;

import org.jspecify.annotations.NullMarked;
