package dev.microphone.processor.wasm;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, by which modules and cached files are known. */
final class Digests {
    private Digests() {}

    static byte[] sha256(byte[] bytes, int offset, int length) {
        MessageDigest digest = newSha256();
        digest.update(bytes, offset, length);
        return digest.digest();
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static String hexOf(byte[] bytes) {
        return hex(sha256(bytes, 0, bytes.length));
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
