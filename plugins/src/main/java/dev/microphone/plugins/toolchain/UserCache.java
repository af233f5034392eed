package dev.microphone.plugins.toolchain;

import java.nio.file.Path;

/** The user's cache folder: what is slow to fetch or unpack and outlives {@code mvn clean}. */
final class UserCache {
    private UserCache() {}

    /** @param name folder below {@code microphone} in the platform's cache folder; not created here */
    static Path folder(String name) {
        return base().resolve("microphone").resolve(name);
    }

    private static Path base() {
        String configured = System.getenv("XDG_CACHE_HOME");
        if (configured != null && !configured.isEmpty()) {
            return Path.of(configured);
        }
        Path home = Path.of(System.getProperty("user.home"));
        String system = System.getProperty("os.name");
        if (system.startsWith("Mac")) {
            return home.resolve("Library/Caches");
        }
        String localAppData = System.getenv("LOCALAPPDATA");
        if (system.startsWith("Windows") && localAppData != null) {
            return Path.of(localAppData);
        }
        return home.resolve(".cache");
    }
}
