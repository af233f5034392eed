package dev.microphone.transport.link;

import io.aeron.ErrorCode;
import io.aeron.exceptions.RegistrationException;

/** A node cannot have one of its UDP ports, mostly as another process has it; the message is for users. */
public final class PortRefusedException extends RegistrationException {
    private static final long serialVersionUID = 1L;

    private final String text;

    PortRefusedException(String host, int port, RegistrationException cause) {
        super(cause);
        String why = String.valueOf(cause.getMessage());
        text = "UDP port " + port + " of " + host + (why.contains("in use") ? " is in use" : " cannot be had: " + why);
    }

    /** @param cause why the host has no address */
    PortRefusedException(String host, int port, Throwable cause) {
        super(0, ErrorCode.UNKNOWN_HOST.value(), ErrorCode.UNKNOWN_HOST, String.valueOf(cause.getMessage()));
        initCause(cause);
        text = "UDP port " + port + " of " + host + " cannot be had: " + cause.getMessage();
    }

    @Override
    public String getMessage() {
        return text;
    }
}
