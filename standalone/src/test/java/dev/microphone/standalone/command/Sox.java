package dev.microphone.standalone.command;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes and reads audio files with another project's tool. */
final class Sox {
    private Sox() {}

    /** @return what sox printed */
    static String run(String... arguments) throws IOException, InterruptedException {
        return tool("sox", arguments);
    }

    /** @return what soxi says of the file, such as its number of samples for {@code -s} */
    static String info(String option, Path file) throws IOException, InterruptedException {
        return tool("soxi", option, file.toString()).strip();
    }

    /** Samples of all channels, interleaved. */
    static short[] samples(Path file) throws IOException, InterruptedException {
        Path raw = file.resolveSibling(file.getFileName() + ".raw");
        run(file.toString(), "-t", "raw", "-e", "signed", "-b", "16", raw.toString());
        byte[] bytes = Files.readAllBytes(raw);
        short[] samples = new short[bytes.length / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) ((bytes[2 * i] & 0xff) | (bytes[2 * i + 1] << 8));
        }
        return samples;
    }

    private static String tool(String name, String... arguments) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin", name)), "needs sox (Debian package sox)");
        List<String> command = new ArrayList<>(List.of(name));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
