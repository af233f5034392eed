package dev.microphone.standalone.sdk;

import dev.microphone.standalone.terminal.UserError;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A plugin that works, to begin from: one audible effect with one parameter, and comments that say why. */
public enum PluginTemplate {
    C,
    ASSEMBLYSCRIPT;

    /** As chains and C files can both hold it. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,40}");

    private static final String PLACE_OF_NAME = "@NAME@";

    private List<String> files() {
        return switch (this) {
            case C -> List.of("plugin.c");
            case ASSEMBLYSCRIPT -> List.of("plugin.ts", "package.json");
        };
    }

    /**
     * Writes it.
     *
     * @param folder is made when it is not there
     * @return what was written
     * @throws UserError when the name is none, or a file is there already: then nothing is written
     */
    public List<Path> write(String name, Path folder) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw UserError.badUsage("plugin name '" + name
                    + "': a lower-case letter, then up to 40 lower-case letters, digits, '-' and '_'");
        }
        List<String> files = files();
        List<Path> targets =
                files.stream().map(file -> folder.resolve(target(file, name))).toList();
        for (Path target : targets) {
            if (Files.exists(target)) {
                throw UserError.failed(
                        target + " exists already, and is not overwritten: choose another name, or --dir");
            }
        }
        Files.createDirectories(folder);
        for (int i = 0; i < targets.size(); i++) {
            Files.writeString(targets.get(i), text(files.get(i)).replace(PLACE_OF_NAME, name));
        }
        return targets;
    }

    /** The C file is called after the plugin; npm's files keep their names. */
    private String target(String file, String name) {
        return this == C ? name + ".c" : file;
    }

    private String text(String file) throws IOException {
        String resource = "template/" + name().toLowerCase(java.util.Locale.ROOT) + "/" + file;
        try (InputStream in = PluginTemplate.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException("resource " + resource + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
