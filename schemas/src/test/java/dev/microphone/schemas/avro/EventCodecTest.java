package dev.microphone.schemas.avro;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.microphone.schemas.avro.UnreadableRecordException.Reason;
import dev.microphone.schemas.desired.DesiredEntity;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.PluginResumed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventCodecTest {
    private static final SchemaStore SCHEMAS = SchemaStore.of(EventCodec.names());

    private final EventCodec codec = new EventCodec();

    static Stream<Class<? extends Record>> events() {
        return EventCodec.types().stream();
    }

    private static ControlMessage message(Class<? extends Record> type, long seed) {
        return new ControlMessage(seed * 1_000, "node-" + seed, (ControlEvent) Samples.of(type, seed));
    }

    private Reason reasonOf(byte[] bytes) {
        return assertThrows(UnreadableRecordException.class, () -> codec.decodeMessage(bytes))
                .reason();
    }

    @ParameterizedTest
    @MethodSource("events")
    void shouldReadWhatItWrote(Class<? extends Record> type) throws UnreadableRecordException {
        for (long seed = 0; seed < 20; seed++) {
            ControlMessage message = message(type, seed);
            assertEquals(message, codec.decodeMessage(codec.encode(message)));
        }
    }

    @Test
    void shouldReadDesiredEntitiesItWrote() throws UnreadableRecordException {
        DesiredEntity entity = new DesiredEntity(1, "ann", Map.of("chain", "rnnoise", "agc", "off"));

        assertEquals(entity, codec.decodeEntity(codec.encode(entity)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void shouldHaveNoFieldThatTheRecordDoesNotKnow(Class<? extends Record> type) {
        List<String> names = new ArrayList<>(List.of("timeNs", "node"));
        for (var component : type.getRecordComponents()) {
            names.add(component.getName());
        }

        assertEquals(
                names,
                SCHEMAS.current(type.getSimpleName()).getFields().stream()
                        .map(Schema.Field::name)
                        .toList());
    }

    /** Avro's own reader of single objects takes ours, and we take what its writer makes. */
    @ParameterizedTest
    @MethodSource("events")
    void shouldAgreeWithAvrosOwnMessageCodec(Class<? extends Record> type)
            throws IOException, UnreadableRecordException {
        Schema schema = SCHEMAS.current(type.getSimpleName());
        ControlMessage message = message(type, 7);
        byte[] ours = codec.encode(message);

        GenericRecord read = new BinaryMessageDecoder<GenericRecord>(new GenericData(), schema).decode(ours);
        ByteArrayOutputStream theirs = new ByteArrayOutputStream();
        new BinaryMessageEncoder<GenericRecord>(new GenericData(), schema).encode(read, theirs);

        assertEquals(message.node(), read.get("node").toString());
        assertArrayEquals(theirs.toByteArray(), ours);
        assertEquals(message, codec.decodeMessage(theirs.toByteArray()));
    }

    /** The form on the wire is for good. The bytes were checked by fastavro 1.12, which finds the same fingerprint. */
    @Test
    void shouldWriteTheseVeryBytes() {
        ControlMessage message = new ControlMessage(1, "n", new PluginResumed("p", 3));

        assertEquals(
                "c301" + FINGERPRINT_OF_PLUGIN_RESUMED + "02" + "026e" + "0270" + "06", hex(codec.encode(message)));
    }

    private static final String FINGERPRINT_OF_PLUGIN_RESUMED = "073f914070027eac";

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Schema with(String name, String before, String after) {
        return new Schema.Parser().parse(SCHEMAS.current(name).toString().replace(before, after));
    }

    private static byte[] written(Schema schema, Object... values) {
        GenericData.Record record = new GenericData.Record(schema);
        for (int i = 0; i < values.length; i++) {
            record.put(i, values[i]);
        }
        return SingleObject.encode(record);
    }

    @Test
    void shouldReadWhatAnOlderVersionWroteWithTheDefaultsOfWhatItLacks() throws UnreadableRecordException {
        Schema old = with(
                "PluginResumed",
                ",{\"name\":\"stages\",\"type\":\"int\",\"doc\":\"Places in live chains where it was left out.\"}",
                "");
        Schema today = with(
                "PluginResumed",
                "\"name\":\"stages\",\"type\":\"int\"",
                "\"name\":\"stages\",\"type\":\"int\",\"default\":1");
        assertEquals(3, old.getFields().size());
        byte[] bytes = written(old, 5L, "n", "p");

        assertEquals(Reason.UNKNOWN_SCHEMA, reasonOf(bytes));
        assertEquals(
                new ControlMessage(5, "n", new PluginResumed("p", 1)),
                new EventCodec(SCHEMAS.with(old).replacing(today)).decodeMessage(bytes));
    }

    @Test
    void shouldReadWhatANewerVersionWroteWithoutWhatIsNew() throws UnreadableRecordException {
        Schema newer = with(
                "PluginResumed", "\"fields\":[", "\"fields\":[{\"name\":\"by\",\"type\":\"string\",\"default\":\"\"},");
        byte[] bytes = written(newer, "ann", 5L, "n", "p", 2);

        assertEquals(
                new ControlMessage(5, "n", new PluginResumed("p", 2)),
                new EventCodec(SCHEMAS.with(newer)).decodeMessage(bytes));
    }

    @Test
    void shouldSayThatARecordIsOfAnUnknownSchema() {
        Schema foreign = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"Other\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"}]}");

        assertEquals(Reason.UNKNOWN_SCHEMA, reasonOf(written(foreign, 1L)));
    }

    @Test
    void shouldSayThatARecordIsBroken() {
        byte[] good = codec.encode(message(PluginResumed.class, 1));

        assertEquals(Reason.BROKEN, reasonOf(new byte[0]));
        assertEquals(Reason.BROKEN, reasonOf("{\"json\":true}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        for (int length = SingleObject.HEADER_BYTES; length < good.length; length++) {
            assertEquals(Reason.BROKEN, reasonOf(java.util.Arrays.copyOf(good, length)), length + " bytes");
        }
        assertEquals(Reason.BROKEN, reasonOf(java.util.Arrays.copyOf(good, good.length + 1)));
        assertEquals(Reason.BROKEN, reasonOf(codec.encode(new DesiredEntity(1, "ann", Map.of()))));
    }

    /** Lengths in damaged bytes may be huge: nothing is allocated for what is not there. */
    @ParameterizedTest
    @MethodSource("events")
    void shouldSurviveAnyDamage(Class<? extends Record> type) {
        Random random = new Random(1);
        byte[] good = codec.encode(message(type, 3));
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                int at = SingleObject.HEADER_BYTES + random.nextInt(good.length - SingleObject.HEADER_BYTES);
                damaged[at] = (byte) random.nextInt(256);
            }
            try {
                ControlMessage unused = codec.decodeMessage(damaged);
            } catch (UnreadableRecordException e) {
                assertEquals(Reason.BROKEN, e.reason());
            }
        }
    }

    @Test
    void shouldNotAllocateForALengthThatIsALie() {
        byte[] header = java.util.Arrays.copyOf(codec.encode(message(PluginResumed.class, 1)), 10);
        // timeNs 1, then a text of 2^30 bytes of which none follows
        byte[] lie = HexFormat.of().parseHex(hex(header) + "02" + "8080808008" + "61");

        assertEquals(Reason.BROKEN, reasonOf(lie));
    }
}
