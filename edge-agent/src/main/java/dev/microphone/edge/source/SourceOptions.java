package dev.microphone.edge.source;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The options of one URI. A scheme asks for each that it knows; what nobody asked for is refused. */
final class SourceOptions {
    private final String uri;
    private final String usage;
    private final Map<String, String> left;
    private final TreeSet<String> known = new TreeSet<>();

    SourceOptions(String uri, String usage, Map<String, String> values) {
        this.uri = uri;
        this.usage = usage;
        this.left = new LinkedHashMap<>(values);
    }

    String uri() {
        return uri;
    }

    SourceUriException refuse(String problem) {
        return new SourceUriException(problem + " in '" + uri + "'; usage: " + usage);
    }

    private @Nullable String take(String key) {
        known.add(key);
        return left.remove(key);
    }

    boolean has(String key) {
        known.add(key);
        return left.containsKey(key);
    }

    /** {@code key}, {@code key=true} or {@code key=false}; false when absent. */
    boolean flag(String key) {
        String value = take(key);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.isEmpty() || value.equals("true")) {
            return true;
        }
        throw refuse("option " + key + "=" + value + ": allowed are true and false");
    }

    int integer(String key, int defaultValue, int min, int max) {
        String value = take(key);
        if (value == null) {
            return defaultValue;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, with the text as the user wrote it.
        }
        throw refuse("option " + key + "=" + value + ": allowed are whole numbers from " + min + " to " + max);
    }

    double number(String key, double defaultValue, double min, double max) {
        String value = take(key);
        if (value == null) {
            return defaultValue;
        }
        try {
            double number = Double.parseDouble(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, with the text as the user wrote it.
        }
        throw refuse("option " + key + "=" + value + ": allowed are numbers from " + min + " to " + max);
    }

    /** One of the names in {@code choices}; {@code defaultValue} when absent. */
    <T extends @Nullable Object> T choice(String key, T defaultValue, Map<String, ? extends T> choices) {
        String value = take(key);
        if (value == null) {
            return defaultValue;
        }
        T chosen = choices.get(value);
        if (chosen == null) {
            throw refuse("option " + key + "=" + value + ": allowed are "
                    + String.join(", ", new TreeSet<>(choices.keySet())));
        }
        return chosen;
    }

    void refuseOthers() {
        for (String key : left.keySet()) {
            throw refuse("unknown option '" + key + "': allowed are " + String.join(", ", known));
        }
    }
}
