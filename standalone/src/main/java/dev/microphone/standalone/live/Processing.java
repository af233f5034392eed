package dev.microphone.standalone.live;

import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.metrics.Metrics;
import org.agrona.concurrent.Agent;

/** Sets the processor up: which stream passes which chain, inside which limits. */
final class Processing {
    private Processing() {}

    static Agent agent(MicrophoneConfig config, FramePoller captured, FrameHandler toRouter, Metrics metrics) {
        return new Agent() {
            @Override
            public int doWork() {
                return captured.poll(toRouter, 16);
            }

            @Override
            public String roleName() {
                return "processor";
            }
        };
    }
}
