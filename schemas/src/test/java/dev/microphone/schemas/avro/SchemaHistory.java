package dev.microphone.schemas.avro;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaNormalization;

/** What is wrong with a schema in the light of its earlier versions, in words that say what to do. */
final class SchemaHistory {
    private SchemaHistory() {}

    /** @param versions the committed ones, the first one first */
    static List<String> problems(String name, Schema current, List<Schema> versions) {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < versions.size(); i++) {
            Schema version = versions.get(i);
            String what = name + " against version " + (i + 1) + ": ";
            problems(what + "what that version wrote cannot be read any more", current, version, problems);
            problems(what + "that version cannot read what is written now", version, current, problems);
        }
        if (versions.isEmpty() || !isSame(current, versions.get(versions.size() - 1))) {
            problems.add(name + ": today's schema is not the newest of its history: cp schemas/src/main/avro/" + name
                    + ".avsc schemas/history/" + name + "/" + (versions.size() + 1) + ".avsc");
        }
        return problems;
    }

    private static boolean isSame(Schema one, Schema other) {
        // The canonical form leaves defaults out, and old data is read with them.
        return one.equals(other)
                && SchemaNormalization.toParsingForm(one).equals(SchemaNormalization.toParsingForm(other));
    }

    private static void problems(String what, Schema reader, Schema writer, List<String> problems) {
        for (Incompatibility found : SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()) {
            problems.add(what + ": field " + field(found, reader) + ": "
                    + found.getType().name().toLowerCase(java.util.Locale.ROOT) + " (" + found.getMessage() + ")");
        }
    }

    /** Avro says where by position: {@code /fields/3/type}. */
    private static String field(Incompatibility found, Schema reader) {
        String[] path = found.getLocation().split("/", -1);
        return path.length > 2 && path[1].equals("fields")
                ? reader.getFields().get(Integer.parseInt(path[2])).name()
                : found.getLocation();
    }
}
