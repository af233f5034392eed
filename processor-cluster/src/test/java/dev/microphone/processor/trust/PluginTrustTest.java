package dev.microphone.processor.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.TestPlugins;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginTrustTest {
    private final byte[] wasm = TestPlugins.inverts();
    private final KeyPair ours = Ed25519.newKeyPair();
    private final KeyPair others = Ed25519.newKeyPair();

    @TempDir
    private Path folder;

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private PluginTrust trust(boolean required) {
        return new PluginTrust(List.of(TrustedKey.parse(base64(ours.getPublic().getEncoded()))), required);
    }

    private static String refusal(PluginTrust trust, byte[] wasm, byte @Nullable [] signature) {
        return String.valueOf(assertThrows(PluginRejectedException.class, () -> trust.signerOf(wasm, signature))
                .getMessage());
    }

    @Test
    void shouldNameTheKeyThatSigned() throws PluginRejectedException {
        byte[] signature = Ed25519.sign(ours.getPrivate(), wasm);
        String name = TrustedKey.fingerprint(ours.getPublic());

        assertEquals(64, signature.length);
        assertTrue(name.matches("ed25519:[0-9a-f]{16}"), name);
        assertEquals(name, trust(true).signerOf(wasm, signature));
        assertEquals(name, trust(true).signerOf(wasm, (base64(signature) + "\n").getBytes(StandardCharsets.UTF_8)));
        assertEquals(name, trust(false).signerOf(wasm, signature));
    }

    @Test
    void shouldRefuseAModuleWithoutASignatureOnlyWhereOneIsRequired() throws PluginRejectedException {
        assertTrue(
                refusal(trust(true), wasm, null).startsWith("is not signed: allowed are plugins signed by ed25519:"));
        assertEquals("", trust(false).signerOf(wasm, null));
        assertEquals("", PluginTrust.ANYONE.signerOf(wasm, null));
    }

    @Test
    void shouldRefuseASignatureOfAnotherKeyAndOfAnotherModule() {
        byte[] signature = Ed25519.sign(ours.getPrivate(), wasm);
        byte[] tampered = wasm.clone();
        tampered[wasm.length - 1] ^= 1;
        for (boolean required : new boolean[] {true, false}) {
            PluginTrust trust = trust(required);
            String expected = "has a signature that is not of this module by a trusted key: trusted are ed25519:";
            assertTrue(refusal(trust, wasm, Ed25519.sign(others.getPrivate(), wasm))
                    .startsWith(expected));
            assertTrue(refusal(trust, tampered, signature).startsWith(expected));
            byte[] outOfRange = signature.clone();
            java.util.Arrays.fill(outOfRange, 32, 64, (byte) 0xff);
            assertTrue(refusal(trust, wasm, outOfRange).startsWith(expected));
            assertEquals(
                    "has a signature of 3 bytes: allowed are the 64 of Ed25519, and their base64",
                    refusal(trust, wasm, new byte[] {1, 2, 3}));
        }
    }

    @Test
    void shouldNotRequireASignatureThatNobodyCouldHaveMade() {
        assertThrows(IllegalArgumentException.class, () -> new PluginTrust(List.of(), true));
    }

    @Test
    void shouldTakeAKeyInEachOfItsForms() throws IOException {
        byte[] encoded = ours.getPublic().getEncoded();
        byte[] raw = java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        Path pem = folder.resolve("ours.pem");
        KeyFiles.write(ours, folder.resolve("private.pem"), pem);

        assertEquals(ours.getPublic(), TrustedKey.parse(base64(encoded)).key());
        assertEquals(ours.getPublic(), TrustedKey.parse(base64(raw)).key());
        assertEquals(ours.getPublic(), TrustedKey.parse(pem.toString()).key());
        assertEquals(
                "ours.pem (" + TrustedKey.fingerprint(ours.getPublic()) + ")",
                TrustedKey.parse(pem.toString()).name());
        assertEquals(ours.getPrivate(), KeyFiles.readPrivate(folder.resolve("private.pem")));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("private.pem"))));
    }

    @Test
    void shouldSayWhatIsWrongWithAKey() throws IOException {
        Path privatePem = folder.resolve("private.pem");
        KeyFiles.write(ours, privatePem, folder.resolve("public.pem"));
        Path text = Files.writeString(folder.resolve("text.pem"), "hello");

        assertEquals(folder + "/none.pem: no such file", problem(folder + "/none.pem"));
        assertEquals(
                privatePem + ": has no '-----BEGIN PUBLIC KEY-----': it is the other half of the pair",
                problem(privatePem.toString()));
        assertTrue(problem(text.toString()).endsWith("allowed is a PEM file, as openssl writes it"));
        assertTrue(problem("x").startsWith("key 'x'"));
        assertEquals("key 'AAAA' is no Ed25519 public key", problem("AAAA"));
    }

    private static String problem(String key) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> TrustedKey.parse(key))
                .getMessage());
    }

    @Test
    void shouldNotWriteAKeyOverAFile() throws IOException {
        Path there = Files.writeString(folder.resolve("private.pem"), "precious");

        assertThrows(IOException.class, () -> KeyFiles.write(ours, there, folder.resolve("public.pem")));
        assertEquals("precious", Files.readString(there));
    }

    @Test
    void shouldTakeWhatOpensslSignedAndTheReverse() throws Exception {
        Assumptions.assumeTrue(isOpensslHere(), "openssl is not installed");
        Path key = folder.resolve("key.pem");
        Path publicKey = folder.resolve("key.pub.pem");
        Path module = Files.write(folder.resolve("inverts.wasm"), wasm);
        Path signature = folder.resolve("inverts.wasm.sig");
        openssl("genpkey", "-algorithm", "ed25519", "-out", key.toString());
        openssl("pkey", "-in", key.toString(), "-pubout", "-out", publicKey.toString());
        openssl(
                "pkeyutl",
                "-sign",
                "-rawin",
                "-inkey",
                key.toString(),
                "-in",
                module.toString(),
                "-out",
                signature.toString());
        PluginTrust trust = new PluginTrust(List.of(TrustedKey.parse(publicKey.toString())), true);

        assertTrue(trust.signerOf(wasm, Files.readAllBytes(signature)).startsWith("key.pub.pem (ed25519:"));

        KeyFiles.write(ours, folder.resolve("ours.pem"), folder.resolve("ours.pub.pem"));
        Files.write(signature, Ed25519.sign(KeyFiles.readPrivate(folder.resolve("ours.pem")), wasm));
        openssl(
                "pkeyutl",
                "-verify",
                "-rawin",
                "-pubin",
                "-inkey",
                folder.resolve("ours.pub.pem").toString(),
                "-in",
                module.toString(),
                "-sigfile",
                signature.toString());
    }

    private static boolean isOpensslHere() {
        return Files.isExecutable(Path.of("/usr/bin/openssl"));
    }

    private static void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), String.join(" ", command) + "\n" + output);
    }
}
