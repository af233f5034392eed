package dev.microphone.plugins.toolchain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.jar.JarFile;

/** The archive with clang for one platform, got by Maven: from its local repository, or from where that gets it. */
final class ClangArchive {
    /** The version with which this project is built, so that it is there already. */
    private static final String GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

    private ClangArchive() {}

    static JarFile fetch(String version, String platform, Consumer<String> messages)
            throws IOException, ToolchainException {
        if (!Command.exists("mvn")) {
            throw new ToolchainException("clang is not in " + UserCache.folder("llvm")
                    + ", and there is no mvn on the path that could get it: install Maven (Debian package maven)");
        }
        messages.accept("getting clang " + version + " for " + platform + " by Maven, once (147 MB)");
        Path folder = Files.createTempDirectory("microphone-clang");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.deleteQuietly(folder)));
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q"));
        String options = System.getenv("MICROPHONE_MAVEN_OPTS");
        if (options != null && !options.isBlank()) {
            command.addAll(List.of(options.strip().split("\\s+")));
        }
        command.addAll(List.of(
                GOAL, "-Dartifact=org.bytedeco:llvm:" + version + ":jar:" + platform, "-DoutputDirectory=" + folder));
        Command.of(command).in(folder).run();
        return new JarFile(
                folder.resolve("llvm-" + version + "-" + platform + ".jar").toFile());
    }
}
