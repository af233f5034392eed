package dev.microphone.standalone.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** The file that holds the token of those who may change something over the network. */
public final class TokenFile {
    /** 16 random characters of base64 are 96 bits. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{16,256}");

    private TokenFile() {}

    /**
     * Reads it; spaces and line ends around the token do not count.
     *
     * @param text the file's path; empty for none
     * @throws IllegalArgumentException whose message names the file and the reason, never the token
     */
    public static Optional<String> read(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            String token = Files.readString(Path.of(text)).strip();
            if (!TOKEN.matcher(token).matches()) {
                throw new IllegalArgumentException(text + ": has " + token.length()
                        + " characters: a token has 16 to 256 letters, digits and . _ ~ + / = - on one line, such as"
                        + " 'openssl rand -base64 24' prints");
            }
            return Optional.of(token);
        } catch (IOException e) {
            throw new IllegalArgumentException(text + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
