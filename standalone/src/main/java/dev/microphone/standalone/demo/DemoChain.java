package dev.microphone.standalone.demo;

import java.util.List;
import java.util.Optional;

/**
 * What the demo's voice passes.
 *
 * @param spec as for {@code --chain}
 * @param remark a line for the user, when it is not what the demo should show
 */
public record DemoChain(String spec, Optional<String> remark) {
    private static final String BEST = "rnnoise";
    private static final String FALLBACK = "denoise";

    /** @param plugins the names of those that were built */
    public static DemoChain of(List<String> plugins) {
        return plugins.contains(BEST)
                ? new DemoChain(BEST, Optional.empty())
                : new DemoChain(
                        FALLBACK,
                        Optional.of("the rnnoise plugin was not built (its source comes from Debian's package archive):"
                                + " showing " + FALLBACK + ", a suppressor that knows noise but no voices"));
    }
}
