package dev.microphone.transport.link;

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

    @Override
    public String getMessage() {
        return text;
    }
}
