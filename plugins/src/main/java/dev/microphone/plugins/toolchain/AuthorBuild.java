package dev.microphone.plugins.toolchain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Builds the plugin of somebody else from its C sources, with the headers and the compiler of the official ones. The
 * functions keep their names, so that messages can name them.
 *
 * @param sources C files
 * @param flags for the compiler, such as {@code -DNAME=VALUE}
 * @param stackBytes size of the module's stack, a multiple of 16
 * @param colours whether the compiler may colour its messages
 */
public record AuthorBuild(List<Path> sources, List<String> flags, int stackBytes, boolean colours) {
    /** Room for a few arrays of a frame's length; what is larger belongs into static variables. */
    public static final int DEFAULT_STACK_BYTES = 65_536;

    private static final int MAX_STACK_BYTES = 8 << 20;

    public AuthorBuild {
        sources = List.copyOf(sources);
        flags = List.copyOf(flags);
        if (stackBytes < 1_024 || stackBytes > MAX_STACK_BYTES || stackBytes % 16 != 0) {
            throw new IllegalArgumentException(
                    "stack of " + stackBytes + " bytes: allowed are multiples of 16 from 1024 to " + MAX_STACK_BYTES);
        }
    }

    /**
     * Compiles and links.
     *
     * @param module the file to write; appears complete or not at all
     * @param messages told before something slow: the compiler may have to be fetched
     * @return the compiler's warnings as it printed them; empty when there are none
     * @throws ToolchainException.SourceRejected with the compiler's errors as it printed them
     * @throws ToolchainException when there is no compiler, or a file cannot be read or written
     */
    public String run(Path module, Consumer<String> messages) throws ToolchainException {
        WasmToolchain toolchain = WasmToolchain.installed(messages);
        List<String> all = new ArrayList<>(flags);
        if (colours) {
            all.add("-fcolor-diagnostics");
        }
        Path sdk = null;
        try {
            sdk = Files.createTempDirectory("microphone-sdk");
            SourceBundle.extractSdk(sdk);
            return toolchain.build(
                    PluginUnits.ofAuthor(sources, all, sdk),
                    new WasmToolchain.Linking(stackBytes, 0, List.of()),
                    WasmToolchain.Names.KEPT,
                    module);
        } catch (IOException e) {
            throw new ToolchainException("cannot unpack the SDK: " + e.getMessage(), e);
        } finally {
            Folders.deleteQuietly(sdk);
        }
    }
}
