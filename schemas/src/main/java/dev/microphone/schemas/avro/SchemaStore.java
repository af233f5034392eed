package dev.microphone.schemas.avro;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/**
 * Every version of every schema that was ever committed, by its CRC-64-AVRO fingerprint. Immutable.
 *
 * <p>The fingerprint is that of the parsing canonical form, so versions that differ in defaults or words alone have the
 * same one: they are written alike.
 */
public final class SchemaStore {
    private final Map<String, Schema> current;
    private final Map<Long, Schema> byFingerprint;

    private SchemaStore(Map<String, Schema> current, Map<Long, Schema> byFingerprint) {
        this.current = current;
        this.byFingerprint = byFingerprint;
    }

    /**
     * Those of these names, with all their earlier versions.
     *
     * @throws IllegalStateException when a name has no schema
     */
    static SchemaStore of(List<String> names) {
        Map<String, Schema> current = new HashMap<>();
        Map<Long, Schema> byFingerprint = new HashMap<>();
        for (String name : names) {
            Schema now = read("current/" + name + ".avsc");
            if (now == null) {
                throw new IllegalStateException(
                        "record " + name + " has no schema: src/main/avro/" + name + ".avsc is missing");
            }
            current.put(name, now);
            history(name).forEach(schema -> byFingerprint.put(fingerprint(schema), schema));
            byFingerprint.put(fingerprint(now), now);
        }
        return new SchemaStore(Map.copyOf(current), Map.copyOf(byFingerprint));
    }

    /** The committed versions of a schema, the first one first. */
    static List<Schema> history(String name) {
        List<Schema> versions = new ArrayList<>();
        Schema version = read(earlier(name, 1));
        while (version != null) {
            versions.add(version);
            version = read(earlier(name, versions.size() + 1));
        }
        return versions;
    }

    private static String earlier(String name, int version) {
        return "history/" + name + "/" + version + ".avsc";
    }

    private static @Nullable Schema read(String resource) {
        try (InputStream in = SchemaStore.class.getResourceAsStream(resource)) {
            // A parser each: one that knows a name refuses another version of it.
            return in == null ? null : new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException("schema " + resource + " cannot be read", e);
        }
    }

    static long fingerprint(Schema schema) {
        return SchemaNormalization.parsingFingerprint64(schema);
    }

    /** The same, and one that somebody else writes with. */
    SchemaStore with(Schema other) {
        Map<Long, Schema> more = new HashMap<>(byFingerprint);
        more.put(fingerprint(other), other);
        return new SchemaStore(current, Map.copyOf(more));
    }

    /** The same, with another version as today's. */
    SchemaStore replacing(Schema today) {
        Map<String, Schema> changed = new HashMap<>(current);
        changed.put(today.getName(), today);
        return new SchemaStore(Map.copyOf(changed), byFingerprint).with(today);
    }

    /** What is written today. */
    Schema current(String name) {
        Schema schema = current.get(name);
        if (schema == null) {
            throw new IllegalArgumentException("there is no schema of the name " + name);
        }
        return schema;
    }

    @Nullable
    Schema byFingerprint(long fingerprint) {
        return byFingerprint.get(fingerprint);
    }
}
