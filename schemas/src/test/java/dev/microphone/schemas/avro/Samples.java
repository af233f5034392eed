package dev.microphone.schemas.avro;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Records of any kind, filled at random from a seed. */
final class Samples {
    private Samples() {}

    static <T extends Record> T of(Class<T> type, long seed) {
        Random random = new Random(seed);
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values =
                Arrays.stream(types).map(component -> value(component, random)).toArray();
        try {
            return type.getConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Object value(Class<?> type, Random random) {
        if (type == long.class) {
            return random.nextLong();
        } else if (type == int.class) {
            return random.nextInt();
        } else if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == String.class) {
            return text(random);
        } else if (type == Map.class) {
            return Map.of("first", text(random), "second", text(random));
        }
        throw new AssertionError("no sample of a " + type);
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(20), 0x20, 0x2000)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
