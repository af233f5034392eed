package dev.microphone.schemas.avro;

import dev.microphone.schemas.avro.UnreadableRecordException.Reason;
import dev.microphone.schemas.desired.DesiredEntity;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.ControlMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Control messages and desired entities as bytes: written with today's schemas, read from any committed one. Any thread.
 *
 * <p>The schemas are read with the first message: that takes a tenth of a second in a JVM that has just started, in which
 * nobody who waits for its streams shall wait for this too.
 */
public final class EventCodec {
    private static final String TIME = "timeNs";
    private static final String NODE = "node";

    private final Supplier<Forms> forms;

    public EventCodec() {
        forms = () -> Committed.FORMS;
    }

    EventCodec(SchemaStore schemas) {
        Forms given = new Forms(schemas);
        forms = () -> given;
    }

    /** Made when it is first asked for. */
    private static final class Committed {
        static final Forms FORMS = new Forms(SchemaStore.of(names()));
    }

    /** How each record is written and read. */
    private static final class Forms {
        final SchemaStore schemas;
        final Map<String, RecordForm<? extends Record>> events = new HashMap<>();
        final RecordForm<DesiredEntity> desired;

        Forms(SchemaStore schemas) {
            this.schemas = schemas;
            for (Class<? extends Record> type : types()) {
                events.put(type.getSimpleName(), new RecordForm<>(type, schemas.current(type.getSimpleName())));
            }
            desired = new RecordForm<>(DesiredEntity.class, schemas.current(DesiredEntity.class.getSimpleName()));
        }
    }

    /** All events there are. */
    static List<Class<? extends Record>> types() {
        List<Class<? extends Record>> types = new ArrayList<>();
        addTypes(ControlEvent.class, types);
        return types;
    }

    private static void addTypes(Class<?> family, List<Class<? extends Record>> types) {
        for (Class<?> type : family.getPermittedSubclasses()) {
            if (type.isSealed()) {
                addTypes(type, types);
            } else {
                types.add(type.asSubclass(Record.class));
            }
        }
    }

    /** Of the schemas. */
    static List<String> names() {
        List<String> names = new ArrayList<>();
        types().forEach(type -> names.add(type.getSimpleName()));
        names.add(DesiredEntity.class.getSimpleName());
        return names;
    }

    public byte[] encode(ControlMessage message) {
        String name = message.event().getClass().getSimpleName();
        Forms now = forms.get();
        GenericData.Record target = new GenericData.Record(now.schemas.current(name));
        target.put(TIME, message.timeNs());
        target.put(NODE, message.node());
        write(Objects.requireNonNull(now.events.get(name)), message.event(), target);
        return SingleObject.encode(target);
    }

    @SuppressWarnings("unchecked") // the form was made for the class of that name
    private static <T extends Record> void write(RecordForm<T> form, Object event, GenericData.Record target) {
        form.write((T) event, target);
    }

    public ControlMessage decodeMessage(byte[] bytes) throws UnreadableRecordException {
        Forms now = forms.get();
        GenericRecord source = SingleObject.decode(bytes, now.schemas);
        RecordForm<? extends Record> form = now.events.get(source.getSchema().getName());
        if (form == null) {
            throw new UnreadableRecordException(
                    Reason.BROKEN, "a " + source.getSchema().getName() + " where an event should be");
        }
        return new ControlMessage(
                (Long) source.get(TIME), source.get(NODE).toString(), (ControlEvent) read(form, source));
    }

    public byte[] encode(DesiredEntity entity) {
        Forms now = forms.get();
        GenericData.Record target = new GenericData.Record(now.schemas.current(DesiredEntity.class.getSimpleName()));
        now.desired.write(entity, target);
        return SingleObject.encode(target);
    }

    public DesiredEntity decodeEntity(byte[] bytes) throws UnreadableRecordException {
        Forms now = forms.get();
        GenericRecord source = SingleObject.decode(bytes, now.schemas);
        if (!source.getSchema().getName().equals(DesiredEntity.class.getSimpleName())) {
            throw new UnreadableRecordException(
                    Reason.BROKEN, "a " + source.getSchema().getName() + " where a desired entity should be");
        }
        return read(now.desired, source);
    }

    private static <T extends Record> T read(RecordForm<T> form, GenericRecord source)
            throws UnreadableRecordException {
        try {
            return form.read(source);
        } catch (RuntimeException e) {
            throw new UnreadableRecordException(Reason.BROKEN, String.valueOf(e.getMessage()), e);
        }
    }
}
