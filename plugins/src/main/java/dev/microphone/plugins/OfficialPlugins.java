package dev.microphone.plugins;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plugins that come with Microphone: modules of plugin ABI 1, each with a page that says what it does.
 *
 * <p>A plugin that could not be built on the building machine (its source comes by a package client that is not there
 * everywhere) is missing from the list.
 */
public final class OfficialPlugins {
    /** Written by the build: one name a line. */
    private static final String LIST = "plugins.txt";

    private OfficialPlugins() {}

    /** @return names in alphabetical order, such as {@code gain} */
    public static List<String> names() {
        try (InputStream in = OfficialPlugins.class.getResourceAsStream(LIST)) {
            if (in == null) {
                throw new IllegalStateException(
                        LIST + " is missing: the plugins module was packaged without its build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param name one of {@link #names()}
     * @return the WASM module
     * @throws FileNotFoundException when there is no such plugin; the message names those there are
     */
    public static InputStream open(String name) throws FileNotFoundException {
        return resource(name, ".wasm");
    }

    /**
     * @param name one of {@link #names()}
     * @return its page, Markdown in UTF-8
     * @throws FileNotFoundException when there is no such plugin
     */
    public static InputStream page(String name) throws FileNotFoundException {
        return resource(name, ".md");
    }

    private static InputStream resource(String name, String ending) throws FileNotFoundException {
        List<String> names = names();
        @Nullable
        InputStream in = names.contains(name) ? OfficialPlugins.class.getResourceAsStream(name + ending) : null;
        if (in == null) {
            throw new FileNotFoundException("no plugin named " + name + "; there are: " + String.join(", ", names));
        }
        return in;
    }
}
