package dev.microphone.standalone.plugin;

import dev.microphone.plugins.OfficialPlugins;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What the list says of one plugin.
 *
 * @param digest SHA-256 of the module, hexadecimal
 * @param description the first sentence of its page
 */
public record OfficialPlugin(String name, String digest, long lengthBytes, String description) {
    /** @throws IOException when there is none of that name */
    public static OfficialPlugin read(String name) throws IOException {
        try (InputStream module = OfficialPlugins.open(name);
                InputStream page = OfficialPlugins.page(name)) {
            byte[] wasm = module.readAllBytes();
            String text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
            return new OfficialPlugin(name, sha256(wasm), wasm.length, firstSentence(text));
        }
    }

    /** Of the first paragraph that is no heading. */
    static String firstSentence(String markdown) {
        StringBuilder paragraph = new StringBuilder();
        for (String line : markdown.lines().toList()) {
            String text = line.strip();
            boolean isProse = !text.isEmpty() && !text.startsWith("#") && !text.startsWith("|");
            if (isProse) {
                paragraph.append(paragraph.isEmpty() ? "" : " ").append(text);
            } else if (!paragraph.isEmpty()) {
                break;
            }
        }
        int end = paragraph.indexOf(". ");
        String sentence = end < 0 ? paragraph.toString() : paragraph.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
