package dev.microphone.edge.source;

/**
 * A device that can be captured from.
 *
 * @param uri to be given as a source, such as {@code alsa:hw:CARD=USB,DEV=0}
 * @param description in the words of the device's driver, one line
 */
public record AudioDevice(String uri, String description) {}
