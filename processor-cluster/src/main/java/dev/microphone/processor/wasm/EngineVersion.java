package dev.microphone.processor.wasm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What compiled classes depend on besides the module: Chicory's version, filled in by the build, and our own. */
final class EngineVersion {
    private static final String RESOURCE = "engine.properties";

    private EngineVersion() {}

    static String current() {
        try (InputStream in = EngineVersion.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar");
            }
            Properties properties = new Properties();
            properties.load(in);
            return "chicory-" + properties.getProperty("chicory") + "-" + PluginCompiler.VERSION;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
