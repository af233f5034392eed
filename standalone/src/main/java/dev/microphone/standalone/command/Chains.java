package dev.microphone.standalone.command;

import dev.microphone.processor.chain.Chain;
import java.util.List;
import java.util.function.Supplier;

/** Chains for files. */
final class Chains {
    private Chains() {}

    static Supplier<Chain> batch(String chain) {
        return Chain::new;
    }

    static List<String> officialPlugins() {
        return List.of("rnnoise");
    }
}
