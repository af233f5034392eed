package dev.microphone.processor.trust;

import java.io.Serializable;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;

/**
 * A key whose signatures count.
 *
 * @param name for people: its file's name where it has one, and the beginning of its fingerprint
 */
public record TrustedKey(String name, PublicKey key) implements Serializable {
    private static final int SHOWN_FINGERPRINT_BYTES = 8;

    /**
     * Reads a key as a config names it.
     *
     * @param text the path of a PEM file, which ends in {@code .pem}, or the key itself in base64: its 32 bytes, or the
     *     lines between those of a PEM file
     * @throws IllegalArgumentException whose message says what was found and what is allowed
     */
    public static TrustedKey parse(String text) {
        if (text.endsWith(".pem")) {
            PublicKey key = KeyFiles.readPublic(Path.of(text));
            return new TrustedKey(Path.of(text).getFileName() + " (" + fingerprint(key) + ")", key);
        }
        PublicKey key = Ed25519.publicKey(text);
        return new TrustedKey(fingerprint(key), key);
    }

    /** {@code ed25519:} and the beginning of the SHA-256 of the encoded key. */
    public static String fingerprint(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return "ed25519:" + HexFormat.of().formatHex(digest, 0, SHOWN_FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
