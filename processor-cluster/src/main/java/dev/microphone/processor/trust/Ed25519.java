package dev.microphone.processor.trust;

import dev.microphone.processor.wasm.PluginRejectedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * The JDK's Ed25519, and the forms in which keys and signatures come.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8032">RFC 8032</a> for the method, <a
 *     href="https://www.rfc-editor.org/rfc/rfc8410">RFC 8410</a> for the keys' encoding
 */
public final class Ed25519 {
    public static final int SIGNATURE_LENGTH = 64;

    /** Room for the base64 of a signature with line ends; a longer file is none. */
    public static final int MAX_SIGNATURE_FILE_LENGTH = 256;

    static final String ALGORITHM = "Ed25519";
    private static final int KEY_LENGTH = 32;
    /** What stands before the 32 bytes in a SubjectPublicKeyInfo. */
    private static final byte[] KEY_PREFIX = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

    private Ed25519() {}

    /** A new pair. */
    public static KeyPair newKeyPair() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw noEd25519(e);
        }
    }

    /** @return 64 bytes */
    public static byte[] sign(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw noEd25519(e);
        }
    }

    static boolean verifies(PublicKey key, byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            // A number in it is out of its range: whoever made it, it is no signature.
            return false;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw noEd25519(e);
        }
    }

    /** @param base64 of the 32 bytes, or of the whole SubjectPublicKeyInfo */
    static PublicKey publicKey(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "key '" + base64
                            + "': allowed are an Ed25519 public key in base64 and the path of a file that ends in .pem",
                    e);
        }
        byte[] encoded = bytes;
        if (bytes.length == KEY_LENGTH) {
            encoded = new byte[KEY_PREFIX.length + KEY_LENGTH];
            System.arraycopy(KEY_PREFIX, 0, encoded, 0, KEY_PREFIX.length);
            System.arraycopy(bytes, 0, encoded, KEY_PREFIX.length, KEY_LENGTH);
        }
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException e) {
            throw new IllegalArgumentException("key '" + base64 + "' is no Ed25519 public key", e);
        } catch (NoSuchAlgorithmException e) {
            throw noEd25519(e);
        }
    }

    /**
     * Reads a signature in either of its forms.
     *
     * @param file 64 bytes, or their base64
     * @throws PluginRejectedException when it is neither
     */
    static byte[] signature(byte[] file) throws PluginRejectedException {
        byte[] raw = file;
        if (file.length != SIGNATURE_LENGTH) {
            try {
                raw = Base64.getMimeDecoder().decode(new String(file, StandardCharsets.US_ASCII).strip());
            } catch (IllegalArgumentException e) {
                raw = new byte[0];
            }
        }
        if (raw.length != SIGNATURE_LENGTH) {
            throw new PluginRejectedException(
                    "has a signature of " + file.length + " bytes: allowed are the 64 of Ed25519, and their base64");
        }
        return raw;
    }

    static IllegalStateException noEd25519(GeneralSecurityException e) {
        return new IllegalStateException("every JDK since 15 has Ed25519", e);
    }
}
