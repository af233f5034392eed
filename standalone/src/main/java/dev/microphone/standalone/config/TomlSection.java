package dev.microphone.standalone.config;

import dev.microphone.standalone.terminal.DidYouMean;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One table of a config file, read key by key. What is wrong is collected with its line, so that one start shows all
 * mistakes; {@link #finish} finds the keys that nobody asked for.
 */
final class TomlSection {
    /** Where the table begins; the file alone where that is not known. */
    private final String place;

    private final String fileName;
    private final String path;
    private final TomlTable table;
    private final List<String> problems;
    private final TreeSet<String> known = new TreeSet<>();

    /**
     * @param path of the table with a dot behind, or empty at the root
     * @param problems filled by this section and all those inside it
     */
    TomlSection(String fileName, String path, TomlTable table, List<String> problems) {
        this(fileName, fileName, path, table, problems);
    }

    private TomlSection(String place, String fileName, String path, TomlTable table, List<String> problems) {
        this.place = place;
        this.fileName = fileName;
        this.path = path;
        this.table = table;
        this.problems = problems;
    }

    /** Where keys are missing, an empty section, so that its defaults hold. */
    TomlSection section(String key) {
        Object value = take(key);
        if (value instanceof TomlTable inner) {
            return new TomlSection(fileName, path + key + ".", inner, problems);
        }
        if (value != null) {
            wrong(key, value, "a table, written [" + path + key + "]");
        }
        return new TomlSection(fileName, path + key + ".", org.tomlj.Toml.parse(""), problems);
    }

    /** Tables written {@code [[key]]}. */
    List<TomlSection> sections(String key) {
        Object value = take(key);
        List<TomlSection> sections = new ArrayList<>();
        if (value instanceof TomlArray array && array.toList().stream().allMatch(TomlTable.class::isInstance)) {
            for (int i = 0; i < array.size(); i++) {
                sections.add(new TomlSection(
                        fileName + ":" + array.inputPositionOf(i).line(),
                        fileName,
                        path + key + "[" + (i + 1) + "].",
                        array.getTable(i),
                        problems));
            }
        } else if (value != null) {
            wrong(key, value, "tables, each written [[" + path + key + "]]");
        }
        return sections;
    }

    boolean bool(String key, boolean defaultValue) {
        Object value = take(key);
        if (value instanceof Boolean found) {
            return found;
        }
        if (value != null) {
            wrong(key, value, "true or false");
        }
        return defaultValue;
    }

    int integer(String key, int defaultValue, int least, int most) {
        Object value = take(key);
        if (value instanceof Long found && found >= least && found <= most) {
            return found.intValue();
        }
        if (value != null) {
            wrong(key, value, "a whole number from " + least + " to " + most);
        }
        return defaultValue;
    }

    /** Whole numbers too. */
    double number(String key, double defaultValue, double least, double most) {
        Object value = take(key);
        if (value instanceof Number found && found.doubleValue() >= least && found.doubleValue() <= most) {
            return found.doubleValue();
        }
        if (value != null) {
            wrong(key, value, "a number from " + least + " to " + most);
        }
        return defaultValue;
    }

    int oneOf(String key, int defaultValue, List<Integer> allowed) {
        Object value = take(key);
        if (value instanceof Long found && allowed.contains(found.intValue())) {
            return found.intValue();
        }
        if (value != null) {
            wrong(key, value, "one of " + words(allowed));
        }
        return defaultValue;
    }

    String text(String key, String defaultValue) {
        return this.<String>text(key, word -> word).orElse(defaultValue);
    }

    /**
     * A text with a form of its own.
     *
     * @param form turns the text into what it means; its IllegalArgumentException says what is allowed
     */
    <T> Optional<T> text(String key, Function<String, T> form) {
        Object value = take(key);
        if (value instanceof String found) {
            return formed(key, found, form);
        }
        if (value != null) {
            wrong(key, value, "a text in quotes");
        }
        return Optional.empty();
    }

    /** A list of texts; empty when the key is missing. */
    <T> List<T> texts(String key, Function<String, T> form) {
        Object value = take(key);
        List<T> texts = new ArrayList<>();
        if (value instanceof TomlArray array) {
            for (Object item : array.toList()) {
                if (item instanceof String found) {
                    formed(key, found, form).ifPresent(texts::add);
                } else {
                    wrong(key, item, "texts in quotes");
                }
            }
        } else if (value != null) {
            wrong(key, value, "a list of texts, written [\"…\", \"…\"]");
        }
        return texts;
    }

    /** A table of a plugin's parameters: texts, numbers, true and false, in the order in which they stand. */
    Map<String, String> parameters(String key) {
        Object value = take(key);
        Map<String, String> parameters = new LinkedHashMap<>();
        if (value instanceof TomlTable inner) {
            TomlSection section = new TomlSection(fileName, path + key + ".", inner, problems);
            inner.entrySet().forEach(entry -> section.parameter(entry.getKey(), entry.getValue(), parameters));
        } else if (value != null) {
            wrong(key, value, "a table such as { hz = 80 }");
        }
        return parameters;
    }

    private void parameter(String key, Object value, Map<String, String> parameters) {
        boolean isNumber = value instanceof Number;
        boolean isText =
                value instanceof String text && !text.isEmpty() && !text.contains("\n") && !text.contains("\r");
        if (!key.matches("[A-Za-z0-9_-]+")) {
            problems.add(place(key) + ": key '" + path + key + "': a parameter's name has letters, digits, '-', '_'");
        } else if ((value instanceof Double number && !Double.isFinite(number))
                || (!isNumber && !isText && !(value instanceof Boolean))) {
            wrong(key, value, "a number, true, false, or a text of one line");
        } else if (value instanceof Double number) {
            parameters.put(key, BigDecimal.valueOf(number).stripTrailingZeros().toPlainString());
        } else {
            parameters.put(key, String.valueOf(value));
        }
    }

    boolean isText(String key) {
        return table.get(List.of(key)) instanceof String;
    }

    boolean has(String key) {
        return table.contains(List.of(key));
    }

    /** Says that a key without default is missing. */
    void missing(String key, String allowed) {
        problems.add(place + ": key '" + path + key + "' is missing: allowed is " + allowed);
    }

    /** Says that the keys contradict each other. */
    void contradiction(String key, String message) {
        problems.add(placeOf(key) + message);
    }

    /** Complains about the keys that were not asked for. Call it when all are read. */
    void finish() {
        for (String key : table.keySet()) {
            if (!known.contains(key)) {
                String suggestion = DidYouMean.suffix(key, known);
                problems.add(place(key) + ": unknown key '" + path + key + "'"
                        + (suggestion.isEmpty() ? ": allowed are " + String.join(", ", known) : suggestion));
            }
        }
    }

    private <T> Optional<T> formed(String key, String found, Function<String, T> form) {
        try {
            return Optional.of(form.apply(found));
        } catch (IllegalArgumentException e) {
            problems.add(placeOf(key) + e.getMessage());
            return Optional.empty();
        }
    }

    private @Nullable Object take(String key) {
        known.add(key);
        return table.get(List.of(key));
    }

    private void wrong(String key, Object found, String allowed) {
        problems.add(placeOf(key) + "found " + shown(found) + ", allowed is " + allowed);
    }

    /**
     * What stands before a message about a key: file, line, and the key.
     *
     * @param keys the key, behind those of the tables in which it stands inside this one
     */
    String placeOf(String... keys) {
        return place(keys) + ": key '" + path + String.join(".", keys) + "': ";
    }

    private String place(String... keys) {
        TomlPosition position = table.inputPositionOf(List.of(keys));
        return position == null ? place : fileName + ":" + position.line();
    }

    private static String shown(Object value) {
        if (value instanceof String text) {
            return "the text \"" + text + "\"";
        }
        if (value instanceof TomlTable) {
            return "a table";
        }
        return value instanceof TomlArray ? "a list" : String.valueOf(value);
    }

    private static String words(List<Integer> allowed) {
        List<String> words = allowed.stream().map(String::valueOf).toList();
        return String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.get(words.size() - 1);
    }
}
