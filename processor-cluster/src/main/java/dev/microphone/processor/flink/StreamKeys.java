package dev.microphone.processor.flink;

import dev.microphone.transport.frame.Frame;
import java.io.IOException;
import java.io.ObjectInputStream;
import org.agrona.collections.Long2ObjectHashMap;
import org.apache.flink.api.java.functions.KeySelector;

/** A frame's stream id, boxed once a stream and not once a frame. One thread. */
final class StreamKeys implements KeySelector<Frame, Long> {
    private static final long serialVersionUID = 1L;

    private transient Long2ObjectHashMap<Long> boxed = new Long2ObjectHashMap<>();

    @Override
    public Long getKey(Frame frame) {
        Long key = boxed.get(frame.streamId());
        if (key == null) {
            key = frame.streamId();
            boxed.put(frame.streamId(), key);
        }
        return key;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        in.defaultReadObject();
        boxed = new Long2ObjectHashMap<>();
    }
}
