package dev.microphone.plugins.toolchain;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The version of {@code org.bytedeco:llvm} that the official plugins were built with, noted in their jar. */
final class BuildVersion {
    private static final String FILE = "clang-version.txt";
    private static final String RESOURCE = "/dev/microphone/plugins/" + FILE;

    private BuildVersion() {}

    static void write(Path folder, String version) throws IOException {
        Files.writeString(folder.resolve(FILE), version + "\n");
    }

    static String read() throws ToolchainException {
        try (InputStream in = BuildVersion.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new FileNotFoundException("it is missing from the plugins jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new ToolchainException("cannot read " + RESOURCE + ": " + e.getMessage(), e);
        }
    }
}
