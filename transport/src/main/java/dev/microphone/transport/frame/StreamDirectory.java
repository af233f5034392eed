package dev.microphone.transport.frame;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which name belongs to a stream id, within one process. Any thread. */
public final class StreamDirectory {
    private final Map<Long, String> names = new ConcurrentHashMap<>();

    /** @throws IllegalStateException when another name already has the same id */
    public void add(StreamName name) {
        if (!learn(name)) {
            throw new IllegalStateException(
                    "stream names '" + nameOf(name.streamId()) + "' and '" + name + "' have the same id");
        }
    }

    /** For what comes from outside: false when another name already has the same id. */
    public boolean learn(StreamName name) {
        String earlier = names.putIfAbsent(name.streamId(), name.value());
        return earlier == null || earlier.equals(name.value());
    }

    /** Of a stream that is gone; when it comes back, it says again what it is called. */
    public void forget(long streamId) {
        names.remove(streamId);
    }

    /** @return the name, or the id in hexadecimal while nobody has said what it is called */
    public String nameOf(long streamId) {
        String name = names.get(streamId);
        return name != null ? name : "0x" + Long.toHexString(streamId);
    }
}
