package dev.microphone.processor.wasm;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** SHA-256, by which modules and cached files are known. */
final class Digests {
    private static final int BLOCK_BYTES = 64;
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5c;

    private Digests() {}

    static byte[] sha256(byte[] bytes, int offset, int length) {
        MessageDigest digest = newSha256();
        digest.update(bytes, offset, length);
        return digest.digest();
    }

    /**
     * HMAC-SHA-256 as in RFC 2104, without the JDK's: loading that takes longer than loading a plugin.
     *
     * @param key at most 64 bytes
     */
    static byte[] hmacSha256(byte[] key, byte[] bytes, int offset, int length) {
        MessageDigest inner = newSha256();
        inner.update(padded(key, INNER_PAD));
        inner.update(bytes, offset, length);
        MessageDigest outer = newSha256();
        outer.update(padded(key, OUTER_PAD));
        outer.update(inner.digest());
        return outer.digest();
    }

    private static byte[] padded(byte[] key, byte pad) {
        byte[] padded = Arrays.copyOf(key, BLOCK_BYTES);
        for (int i = 0; i < BLOCK_BYTES; i++) {
            padded[i] ^= pad;
        }
        return padded;
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
