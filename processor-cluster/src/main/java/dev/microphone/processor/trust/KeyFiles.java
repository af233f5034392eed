package dev.microphone.processor.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * Ed25519 keys as PEM files: PKCS#8 for the private one, SubjectPublicKeyInfo for the public one, as openssl writes and
 * reads them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
public final class KeyFiles {
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final int LINE_LENGTH = 64;
    /** A key's PEM has some 120 bytes. */
    private static final int MAX_FILE_LENGTH = 64 * 1024;

    private KeyFiles() {}

    /** @throws IllegalArgumentException whose message names the file and the reason */
    public static PublicKey readPublic(Path file) {
        try {
            return Ed25519.publicKey(block(file, PUBLIC));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException whose message names the file and the reason, never the key */
    public static PrivateKey readPrivate(Path file) {
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(block(file, PRIVATE));
            return KeyFactory.getInstance(Ed25519.ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException e) {
            throw new IllegalArgumentException(file + ": is no Ed25519 private key", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw Ed25519.noEd25519(e);
        }
    }

    /**
     * Writes both halves, neither over what is there. The private one is for its owner only, where the file system has
     * owners.
     */
    public static void write(KeyPair pair, Path privateFile, Path publicFile) throws IOException {
        boolean hasOwners =
                privateFile.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = hasOwners
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(privateFile, ownerOnly);
        Files.writeString(privateFile, pem(PRIVATE, pair.getPrivate().getEncoded()));
        Files.writeString(publicFile, pem(PUBLIC, pair.getPublic().getEncoded()), StandardOpenOption.CREATE_NEW);
    }

    private static String pem(String label, byte[] encoded) {
        String base64 = Base64.getMimeEncoder(LINE_LENGTH, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(encoded);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    /** What stands between the lines BEGIN and END of that kind. */
    private static String block(Path file, String label) {
        String text;
        try {
            if (Files.size(file) > MAX_FILE_LENGTH) {
                throw new IllegalArgumentException("is " + Files.size(file) + " bytes long: that is no key");
            }
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    Files.exists(file) ? "cannot be read: " + e.getMessage() : "no such file", e);
        }
        String begin = "-----BEGIN " + label + "-----";
        int start = text.indexOf(begin);
        int end = text.indexOf("-----END " + label + "-----");
        if (start < 0 || end < start) {
            boolean isOther = text.contains("-----BEGIN " + (label.equals(PUBLIC) ? PRIVATE : PUBLIC));
            throw new IllegalArgumentException("has no '" + begin + "'"
                    + (isOther
                            ? ": it is the other half of the pair"
                            : ": allowed is a PEM file, as openssl writes it"));
        }
        return text.substring(start + begin.length(), end).strip();
    }
}
