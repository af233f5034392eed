package dev.microphone.processor.deploy;

import dev.microphone.processor.wasm.CompiledPluginCache;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where compiled plugins are kept from one start to the next: in the user's cache folder, so that they belong to nobody
 * else.
 *
 * @see <a href="https://specifications.freedesktop.org/basedir-spec/latest/">XDG base directories</a>
 */
public final class PluginCacheFolder {
    private PluginCacheFolder() {}

    public static CompiledPluginCache open() {
        return new CompiledPluginCache(path(System.getenv(), System.getProperty("user.home")));
    }

    static Path path(Map<String, String> environment, String home) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base = cache.startsWith("/") ? Path.of(cache) : Path.of(home, ".cache");
        return base.resolve("microphone").resolve("plugins");
    }
}
