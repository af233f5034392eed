package dev.microphone.schemas.event;

/**
 * An event with when it happened and who says so.
 *
 * @param timeNs ns since the Unix epoch
 * @param node the process, by its name
 * @param event what happened
 */
public record ControlMessage(long timeNs, String node, ControlEvent event) {}
