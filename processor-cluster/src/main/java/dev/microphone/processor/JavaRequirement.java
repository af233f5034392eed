package dev.microphone.processor;

/**
 * Below Java 21 the processor does not start: JDK 17's C2 has miscompiled Chicory's output without a word.
 *
 * @see <a href="https://github.com/dylibso/chicory/issues/755">chicory#755</a>
 */
public final class JavaRequirement {
    public static final int MINIMUM_FEATURE_VERSION = 21;

    private JavaRequirement() {}

    /** @throws IllegalStateException whose message is one line for the user */
    public static void check() {
        check(Runtime.version().feature());
    }

    static void check(int featureVersion) {
        if (featureVersion < MINIMUM_FEATURE_VERSION) {
            throw new IllegalStateException("the processor needs Java " + MINIMUM_FEATURE_VERSION
                    + " or newer, this is Java " + featureVersion + ": older ones can miscompile plugins");
        }
    }
}
