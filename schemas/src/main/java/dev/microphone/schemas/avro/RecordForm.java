package dev.microphone.schemas.avro;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * A Java record as the fields of the same names in an Avro record. One form serves every event: an event costs a record
 * and a schema, no code. Immutable.
 */
final class RecordForm<T extends Record> {
    private final String name;
    private final MethodHandle constructor;
    private final List<Component> components = new ArrayList<>();

    private record Component(String name, Class<?> type, MethodHandle accessor) {}

    /** @throws IllegalStateException when a component has no field of its name and type */
    RecordForm(Class<T> type, Schema schema) {
        this.name = type.getSimpleName();
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        List<Class<?>> types = new ArrayList<>();
        try {
            for (RecordComponent component : type.getRecordComponents()) {
                Schema.Field field = schema.getField(component.getName());
                if (field == null
                        || kindOf(component.getType()) != field.schema().getType()) {
                    throw new IllegalStateException("component " + component.getName() + " of record " + name + " is a "
                            + component.getType().getSimpleName() + ", and the schema has "
                            + (field == null ? "no such field" : field.schema()));
                }
                types.add(component.getType());
                Method accessor = component.getAccessor();
                components.add(new Component(component.getName(), component.getType(), lookup.unreflect(accessor)));
            }
            constructor = lookup.unreflectConstructor(type.getConstructor(types.toArray(Class<?>[]::new)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("record " + name + " must be public, and so must its constructor", e);
        }
    }

    private static Schema.Type kindOf(Class<?> type) {
        if (type == long.class) {
            return Schema.Type.LONG;
        } else if (type == int.class) {
            return Schema.Type.INT;
        } else if (type == boolean.class) {
            return Schema.Type.BOOLEAN;
        } else if (type == String.class) {
            return Schema.Type.STRING;
        } else if (type == Map.class) {
            return Schema.Type.MAP;
        }
        throw new IllegalStateException(
                "type " + type.getSimpleName() + ": allowed are long, int, boolean, String and Map<String, String>");
    }

    void write(T value, GenericData.Record target) {
        try {
            for (Component component : components) {
                target.put(component.name(), component.accessor().invoke(value));
            }
        } catch (Throwable e) {
            throw new IllegalStateException("record " + name + " cannot be read", e);
        }
    }

    /** @throws RuntimeException when the record does not take these values */
    @SuppressWarnings("unchecked")
    T read(GenericRecord source) {
        Object[] values = new Object[components.size()];
        for (int i = 0; i < values.length; i++) {
            Component component = components.get(i);
            values[i] = plain(component.type(), source.get(component.name()));
        }
        try {
            return (T) constructor.invokeWithArguments(values);
        } catch (Throwable e) {
            throw new IllegalArgumentException("record " + name + " does not take these values: " + e.getMessage(), e);
        }
    }

    /** Avro has a text type of its own. */
    private static Object plain(Class<?> type, Object value) {
        if (type == String.class) {
            return value.toString();
        } else if (type == Map.class) {
            Map<String, String> map = new HashMap<>();
            ((Map<?, ?>) value).forEach((key, item) -> map.put(key.toString(), item.toString()));
            return map;
        }
        return value;
    }
}
