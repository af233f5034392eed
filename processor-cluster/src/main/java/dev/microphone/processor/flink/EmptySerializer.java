package dev.microphone.processor.flink;

import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Of what there is only one of. */
record EmptySerializer<T>(T instance) implements SimpleVersionedSerializer<T> {
    @Override
    public int getVersion() {
        return 1;
    }

    @Override
    public byte[] serialize(T object) {
        return new byte[0];
    }

    @Override
    public T deserialize(int version, byte[] serialized) {
        return instance;
    }
}
