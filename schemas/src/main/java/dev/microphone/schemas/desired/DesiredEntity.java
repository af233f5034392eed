package dev.microphone.schemas.desired;

import java.util.Map;

/**
 * What one entity (a stream, a plugin, a device) should be.
 *
 * @param timeNs when it was wished, ns since the Unix epoch
 * @param changedBy who wished it, in a few words
 * @param settings what it should be; which keys there are depends on the kind of entity
 */
public record DesiredEntity(long timeNs, String changedBy, Map<String, String> settings) {
    public DesiredEntity {
        settings = Map.copyOf(settings);
    }
}
