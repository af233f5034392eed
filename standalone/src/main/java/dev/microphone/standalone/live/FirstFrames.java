package dev.microphone.standalone.live;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.standalone.plugin.Plugins;

/** What becomes of what is captured while plugins still warm up. */
public enum FirstFrames {
    /** It waits, and is late: for microphones, which cannot be paused. */
    WAIT {
        @Override
        PreparedChain prepare(Plugins plugins, ChainSpec chain) {
            return plugins.prepareSoon(chain);
        }
    },
    /** Nothing is captured before: for recordings, which can wait instead. */
    COME_LATER {
        @Override
        PreparedChain prepare(Plugins plugins, ChainSpec chain) {
            return plugins.prepare(chain);
        }
    };

    abstract PreparedChain prepare(Plugins plugins, ChainSpec chain);
}
