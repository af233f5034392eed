package dev.microphone.transport.link;

import java.util.Locale;

/** Why bytes from outside are none of the messages expected. They are counted under this name and skipped. */
enum MessageFault {
    NONE,
    /** Shorter or longer than the message says. */
    LENGTH,
    /** Another schema, template or block length. */
    NOT_A_MESSAGE,
    UNSUPPORTED_VERSION,
    /** A sequence outside its range, or an endpoint that is none. */
    RANGE,
    CHECKSUM,
    /** A stream id that is not its name's, or a name that is none. */
    FORGED_STREAM;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
