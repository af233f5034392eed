package dev.microphone.schemas.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidatorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every version reads every other one: topics hold old records, and processes of two versions run side by side. */
class SchemaHistoryTest {
    private static final Path HISTORY = Path.of("history");
    private static final Path CURRENT = Path.of("src/main/avro");

    static Stream<String> names() {
        return EventCodec.names().stream();
    }

    private static Schema current(String name) {
        return SchemaStore.of(List.of(name)).current(name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldReadEveryCommittedVersionAndBeReadByIt(String name) {
        assertEquals(List.of(), SchemaHistory.problems(name, current(name), SchemaStore.history(name)));
    }

    /** The same question put to Avro's own validator. */
    @ParameterizedTest
    @MethodSource("names")
    void shouldPassAvrosTransitiveValidator(String name) throws SchemaValidationException {
        new SchemaValidatorBuilder()
                .mutualReadStrategy()
                .validateAll()
                .validate(current(name), SchemaStore.history(name));
    }

    /** A version that was written with is for good. A change in place shows here, for its fingerprint is committed. */
    @Test
    void shouldLeaveEveryCommittedVersionAsItWas() throws IOException {
        List<String> found = new ArrayList<>();
        for (String name : EventCodec.names().stream().sorted().toList()) {
            List<Schema> versions = SchemaStore.history(name);
            for (int i = 0; i < versions.size(); i++) {
                found.add(String.format("%016x %s %d", SchemaStore.fingerprint(versions.get(i)), name, i + 1));
            }
        }

        assertEquals(
                String.join("\n", found),
                Files.readString(HISTORY.resolve("FINGERPRINTS")).strip(),
                "a committed version was changed, which must not be, or a new one has no line in"
                        + " schemas/history/FINGERPRINTS");
    }

    @Test
    void shouldHaveNoSchemaWithoutARecordAndNoVersionLeftOut() throws IOException {
        assertEquals(
                EventCodec.names().stream().map(name -> name + ".avsc").sorted().toList(), files(CURRENT));
        List<String> folders = new ArrayList<>(EventCodec.names());
        folders.add("FINGERPRINTS");
        assertEquals(folders.stream().sorted().toList(), files(HISTORY));
        for (String name : EventCodec.names()) {
            assertEquals(
                    SchemaStore.history(name).size(),
                    files(HISTORY.resolve(name)).size(),
                    name + ": 1.avsc, 2.avsc, …");
        }
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static Schema changed(String before, String after) {
        String text = current("Gap").toString();
        assertTrue(text.contains(before), text);
        return new Schema.Parser().parse(text.replace(before, after));
    }

    private static List<String> problemsOf(Schema schema) {
        List<Schema> versions = new ArrayList<>(SchemaStore.history("Gap"));
        versions.add(schema);
        return SchemaHistory.problems("Gap", schema, versions);
    }

    @Test
    void shouldCatchAFieldWithoutDefault() {
        List<String> problems =
                problemsOf(changed("\"fields\":[", "\"fields\":[{\"name\":\"added\",\"type\":\"long\"},"));

        assertEquals(1, problems.size());
        assertTrue(
                problems.get(0)
                        .startsWith(
                                "Gap against version 1: what that version wrote cannot be read any more: field added"),
                problems.get(0));
    }

    @Test
    void shouldCatchAFieldThatWasRenamed() {
        List<String> problems = problemsOf(changed("\"name\":\"stage\"", "\"name\":\"place\""));

        assertEquals(2, problems.size(), problems.toString());
        assertTrue(problems.get(0).contains("field place"), problems.get(0));
        assertTrue(
                problems.get(1)
                        .startsWith("Gap against version 1: that version cannot read what is written now: field stage"),
                problems.get(1));
    }

    @Test
    void shouldCatchAFieldOfAnotherType() {
        List<String> problems =
                problemsOf(changed("\"name\":\"epoch\",\"type\":\"long\"", "\"name\":\"epoch\",\"type\":\"string\""));

        assertEquals(2, problems.size(), problems.toString());
        assertTrue(problems.get(0).contains("field epoch: type_mismatch"), problems.get(0));
    }

    @Test
    void shouldAllowAFieldWithADefaultAndAskForItsVersion() {
        Schema schema = changed("\"fields\":[", "\"fields\":[{\"name\":\"added\",\"type\":\"long\",\"default\":0},");

        assertEquals(List.of(), problemsOf(schema));
        assertEquals(
                List.of("Gap: today's schema is not the newest of its history:"
                        + " cp schemas/src/main/avro/Gap.avsc schemas/history/Gap/2.avsc"),
                SchemaHistory.problems("Gap", schema, SchemaStore.history("Gap")));
    }
}
