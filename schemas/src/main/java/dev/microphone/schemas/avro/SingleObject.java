package dev.microphone.schemas.avro;

import dev.microphone.schemas.avro.UnreadableRecordException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Avro's single-object encoding:
 *
 * <pre>
 *   0      1      2                          10
 *   +------+------+--------------------------+---------------------+
 *   | 0xC3 | 0x01 | schema's fingerprint, LE | Avro binary         |
 *   +------+------+--------------------------+---------------------+
 * </pre>
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Avro specification</a>
 */
final class SingleObject {
    static final int HEADER_BYTES = 10;
    private static final byte MARKER = (byte) 0xC3;
    private static final byte VERSION = 1;
    private static final int USUAL_BYTES = 256;

    private SingleObject() {}

    static byte[] encode(GenericData.Record value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);
        byte[] header = ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MARKER)
                .put(VERSION)
                .putLong(SchemaStore.fingerprint(value.getSchema()))
                .array();
        out.writeBytes(header);
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            new GenericDatumWriter<GenericData.Record>(value.getSchema()).write(value, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The record in the form of today's schema of its name. */
    static GenericRecord decode(byte[] bytes, SchemaStore schemas) throws UnreadableRecordException {
        if (bytes.length < HEADER_BYTES || bytes[0] != MARKER || bytes[1] != VERSION) {
            throw new UnreadableRecordException(
                    Reason.BROKEN, bytes.length + " bytes that do not begin as a single object does (C3 01)");
        }
        long fingerprint = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
        Schema writer = schemas.byFingerprint(fingerprint);
        if (writer == null) {
            throw new UnreadableRecordException(
                    Reason.UNKNOWN_SCHEMA, "no schema has the fingerprint " + Long.toHexString(fingerprint));
        }
        try {
            BinaryDecoder decoder =
                    DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
            GenericDatumReader<GenericRecord> reader =
                    new GenericDatumReader<>(writer, schemas.current(writer.getName()));
            GenericRecord value = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new UnreadableRecordException(Reason.BROKEN, "bytes behind the end of a " + writer.getName());
            }
            return value;
        } catch (IOException | RuntimeException e) {
            throw new UnreadableRecordException(
                    Reason.BROKEN, "bytes that are no " + writer.getName() + ": " + e.getMessage(), e);
        }
    }
}
