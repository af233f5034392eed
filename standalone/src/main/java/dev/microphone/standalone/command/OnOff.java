package dev.microphone.standalone.command;

/** A switch on the command line. */
enum OnOff {
    ON,
    OFF;

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
