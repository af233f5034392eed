package dev.microphone.standalone.plugin;

import dev.microphone.processor.event.ChainConfigured;
import dev.microphone.processor.event.ControlEvent;
import dev.microphone.processor.event.PluginFaulted;
import dev.microphone.processor.event.PluginRejected;
import dev.microphone.processor.event.PluginReplaced;
import dev.microphone.processor.event.PluginResumed;
import dev.microphone.transport.frame.StreamDirectory;

/** What happened, in one line for people. */
public final class EventText {
    private static final int SHOWN_DIGEST_LENGTH = 12;

    private EventText() {}

    /** @param names what streams are called */
    public static String of(ControlEvent event, StreamDirectory names) {
        return switch (event) {
            case PluginFaulted fault -> faulted(fault, names.nameOf(fault.streamId()));
            case PluginReplaced replaced -> replaced(replaced);
            case PluginRejected rejected -> rejected(rejected);
            case PluginResumed resumed ->
                "plugin '" + resumed.plugin() + "' works again in " + places(resumed.stages())
                        + " where it was left out";
            case ChainConfigured chain ->
                "stream " + chain.stream() + " passes chain " + chain.chain() + " from its next frame on, was "
                        + chain.previousChain() + "; its delay is " + chain.latencySamples() + " samples";
        };
    }

    private static String faulted(PluginFaulted event, String streamName) {
        return "plugin '" + event.plugin() + "' failed on frame " + event.sequence() + " of " + streamName + " ("
                + event.reason().label() + (event.message().isEmpty() ? "" : ": " + event.message()) + "): "
                + (event.bypassed()
                        ? "it failed too often and is left out from now on"
                        : "the frame passed unprocessed; further ones are only counted");
    }

    private static String replaced(PluginReplaced event) {
        return "plugin '" + event.plugin() + "' is now version " + shortened(event.digest())
                + (event.previousDigest().isEmpty() ? "" : ", was " + shortened(event.previousDigest())) + " (from "
                + event.origin() + (event.signer().isEmpty() ? "" : ", signed by " + event.signer()) + "): changed in "
                + places(event.stages()) + ", between two frames of each"
                + (event.latencySamples() == event.previousLatencySamples()
                        ? ""
                        : "; its delay is now " + event.latencySamples() + " samples, was "
                                + event.previousLatencySamples());
    }

    private static String rejected(PluginRejected event) {
        return "plugin '" + event.plugin() + "' (" + (event.digest().isEmpty() ? "" : shortened(event.digest()) + " ")
                + "from " + event.origin() + ") is refused: it " + event.reason()
                + (event.runningDigest().isEmpty() ? "" : "; version " + shortened(event.runningDigest()) + " goes on");
    }

    private static String places(int count) {
        return count + (count == 1 ? " place" : " places") + " of live chains";
    }

    /** So much of a digest as people compare. */
    public static String shortened(String digest) {
        return digest.substring(0, Math.min(SHOWN_DIGEST_LENGTH, digest.length()));
    }
}
