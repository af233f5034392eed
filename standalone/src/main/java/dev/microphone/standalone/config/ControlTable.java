package dev.microphone.standalone.config;

import dev.microphone.schemas.bus.KafkaBusSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/** The {@code [control]} table of a config. */
final class ControlTable {
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9._-]{1,63}");
    private static final Pattern BROKER = Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9a-fA-F:]+\\]):([0-9]{1,5})");
    private static final Pattern TOPIC_PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,200}");
    private static final int KIBIBYTE = 1_024;

    private ControlTable() {}

    static ControlConfig read(TomlSection section) {
        ControlConfig defaults = ControlConfig.defaults();
        Optional<String> node = section.text("node", text -> checked(text, NODE, "node"));
        Optional<String> brokers = section.text("kafka", ControlTable::brokers);
        Map<String, String> client =
                section.text("kafka-properties", ControlTable::properties).orElse(Map.of());
        Optional<String> prefix = section.text("topic-prefix", text -> checked(text, TOPIC_PREFIX, "topic prefix"));
        KafkaBusSettings usual = KafkaBusSettings.of("");
        int records = section.integer("waiting-events", usual.maxWaitingRecords(), 1, 10_000_000);
        int kibibytes =
                section.integer("waiting-kibibytes", usual.maxWaitingBytes() / KIBIBYTE, 64, KIBIBYTE * KIBIBYTE);
        int announceIntervalMs =
                section.integer("announce-interval-millis", usual.announceIntervalMs(), 500, 3_600_000);
        section.finish();
        boolean hasKafka = brokers.filter(text -> !text.isEmpty()).isPresent();
        return new ControlConfig(
                node.filter(text -> !text.isEmpty()).orElse(defaults.node()),
                hasKafka
                        ? new KafkaBusSettings(
                                brokers.get(),
                                prefix.orElse(usual.topicPrefix()),
                                records,
                                kibibytes * KIBIBYTE,
                                announceIntervalMs,
                                usual.awayAfter(),
                                usual.closeTimeout(),
                                client)
                        : null);
    }

    private static String checked(String text, Pattern form, String what) {
        if (!text.isEmpty() && !form.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    what + " '" + text + "': allowed are letters, digits, '.', '-' and '_': " + form.pattern());
        }
        return text;
    }

    /** Empty for none. */
    private static String brokers(String text) {
        if (!text.isEmpty()) {
            for (String broker : text.split(",", -1)) {
                var form = BROKER.matcher(broker.strip());
                if (!form.matches() || Integer.parseInt(form.group(1)) > HttpConfig.MAX_PORT) {
                    throw new IllegalArgumentException(
                            "'" + broker.strip() + "' is no broker: allowed is host:port, several with commas between");
                }
            }
        }
        return text;
    }

    /** Empty for none. */
    private static Map<String, String> properties(String text) {
        if (text.isEmpty()) {
            return Map.of();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(text))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new IllegalArgumentException(text + ": cannot be read: " + e.getMessage(), e);
        }
        Map<String, String> map = new HashMap<>();
        properties.forEach((key, value) -> map.put(key.toString(), value.toString()));
        return map;
    }
}
