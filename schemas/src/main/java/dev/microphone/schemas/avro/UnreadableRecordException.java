package dev.microphone.schemas.avro;

/** A record that is not what it should be: of somebody newer, of somebody else, or damaged. */
public final class UnreadableRecordException extends Exception {
    private static final long serialVersionUID = 1;

    /** What is wrong with it. */
    public enum Reason {
        /** Written with a schema that is not known here: by a newer version of Microphone, or by another program. */
        UNKNOWN_SCHEMA,
        /** The bytes do not fit the schema that they name, or name none. */
        BROKEN
    }

    private final Reason reason;

    UnreadableRecordException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    UnreadableRecordException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
