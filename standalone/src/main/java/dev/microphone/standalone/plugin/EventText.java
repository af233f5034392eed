package dev.microphone.standalone.plugin;

import dev.microphone.schemas.event.AgentStatus;
import dev.microphone.schemas.event.ChainConfigured;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.Gap;
import dev.microphone.schemas.event.PluginDeployed;
import dev.microphone.schemas.event.PluginFaulted;
import dev.microphone.schemas.event.PluginRejected;
import dev.microphone.schemas.event.PluginReplaced;
import dev.microphone.schemas.event.PluginResumed;
import dev.microphone.schemas.event.PluginSuspended;
import dev.microphone.schemas.event.RouterAnnounced;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.schemas.event.SinkFaulted;
import dev.microphone.schemas.event.StreamEnded;
import dev.microphone.schemas.event.StreamStarted;

/** What happened, in one line for people. */
public final class EventText {
    private static final int SHOWN_DIGEST_LENGTH = 12;

    private EventText() {}

    public static String of(ControlEvent event) {
        return switch (event) {
            case PluginFaulted fault -> faulted(fault);
            case PluginReplaced replaced -> replaced(replaced);
            case PluginRejected rejected -> rejected(rejected);
            case PluginResumed resumed ->
                "plugin '" + resumed.plugin() + "' works again in " + places(resumed.stages())
                        + " where it was left out";
            case PluginSuspended suspended -> suspended(suspended);
            case ChainConfigured chain ->
                "stream " + chain.stream() + " passes chain " + chain.chain() + " from its next frame on, was "
                        + chain.previousChain() + "; its delay is " + chain.latencySamples() + " samples";
            case PluginDeployed deployed ->
                "plugin '" + deployed.plugin() + "' version " + shortened(deployed.digest()) + " came from "
                        + deployed.origin()
                        + (deployed.file().isEmpty()
                                ? ""
                                : ", and is kept in " + deployed.file() + " for the next start");
            case StreamStarted started ->
                "stream " + started.stream() + " starts: epoch " + started.epoch() + ", from frame "
                        + started.firstSequence();
            case StreamEnded ended ->
                "stream " + ended.stream() + " has ended (" + ended.reason() + "): epoch " + ended.epoch()
                        + ", last frame " + ended.lastSequence();
            case Gap gap ->
                "stream " + gap.stream() + " lacks frames " + gap.firstMissingSequence() + " to "
                        + gap.lastMissingSequence() + " of epoch " + gap.epoch() + " (" + gap.reason()
                        + ", noticed by the "
                        + gap.stage() + ")";
            case SinkFaulted sink -> "sink " + sink.sink() + " does not deliver everything: " + sink.reason();
            case AgentStatus agent ->
                "agent " + agent.agent() + " is " + agent.state() + ": " + agent.streams() + " streams, "
                        + agent.spooledFrames() + " frames in its spool, " + agent.droppedFrames() + " dropped";
            case RouterAnnounced router -> "router at " + router.endpoint() + " is " + router.state();
            case ShardAnnounced shard ->
                "key groups " + shard.firstKeyGroup() + " to " + shard.lastKeyGroup() + " are "
                        + (shard.state().equals(ShardAnnounced.DOWN) ? "no more " : "") + "processed at "
                        + shard.endpoint() + " (attempt " + shard.attempt() + ")";
        };
    }

    private static String faulted(PluginFaulted event) {
        if (event.instanceAction().equals(PluginFaulted.KEPT)) {
            return "plugin '" + event.plugin() + "' goes on without a new snapshot from frame " + event.sequence()
                    + " of " + event.stream() + " on (" + event.reason() + ": " + event.message() + ")";
        }
        return "plugin '" + event.plugin() + "' failed on frame " + event.sequence() + " of " + event.stream() + " ("
                + event.reason() + (event.message().isEmpty() ? "" : ": " + event.message()) + "): "
                + (event.bypassed()
                        ? (event.reason().equals("no_memory") ? "it" : "it failed too often and")
                                + " is left out from now on"
                        : "the frame passed unprocessed; further ones are only counted");
    }

    private static String suspended(PluginSuspended event) {
        return "plugin '" + event.plugin() + "' version " + shortened(event.digest()) + " failed on " + event.streams()
                + (event.streams() == 1 ? " stream" : " streams") + " within " + event.windowMs() / 1_000 + " s ("
                + event.reason() + "): it is left out of all streams until someone acts ('microphone plugins resume "
                + event.plugin() + "', or another version)";
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
