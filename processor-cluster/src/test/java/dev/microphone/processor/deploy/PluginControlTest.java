package dev.microphone.processor.deploy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.trust.Ed25519;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.trust.TrustedKey;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.PluginDeployed;
import dev.microphone.schemas.event.PluginRejected;
import dev.microphone.schemas.event.PluginReplaced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginControlTest {
    private static final byte[] ONE = TestPlugins.adds(1);
    private static final byte[] TWO = TestPlugins.adds(2);
    private static final byte[] THREE = TestPlugins.adds(3);

    private final Watchdog watchdog = Watchdog.start();
    private final List<ControlEvent> events = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();
    private final KeyPair pair = Ed25519.newKeyPair();

    @TempDir
    private Path folder;

    private PreparedChain chain;
    private PluginControl control;

    @AfterEach
    void stop() {
        watchdog.close();
    }

    /** The plugin 'mine' runs from the folder. */
    private void start(PluginTrust trust) throws Exception {
        PluginSources sources = new PluginSources(folder, trust);
        PluginLibrary library = new PluginLibrary(sources, PluginLimits.defaults(), null, watchdog, 3, messages::add);
        chain = library.prepare(ChainSpec.parse("mine"));
        control = new PluginControl(library, sources, events::add, messages::add);
        poll(2);
        assertEquals(List.of(), events);
    }

    private Path file() {
        return folder.resolve("mine.wasm");
    }

    private void write(byte[] wasm) throws IOException {
        Files.write(file(), wasm);
    }

    private void poll(int times) {
        for (int i = 0; i < times; i++) {
            control.poll();
        }
    }

    private void assertRuns(byte[] wasm) {
        assertEquals(List.of(PluginModule.digestOf(wasm)), chain.digests());
    }

    private String rejection(int index) {
        return ((PluginRejected) events.get(index)).reason();
    }

    private PluginTrust required() {
        String key = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
        return new PluginTrust(List.of(TrustedKey.parse(key)), true);
    }

    private String signer() {
        return ((PluginReplaced) events.get(1)).signer();
    }

    private byte[] signature(byte[] wasm) {
        return Ed25519.sign(pair.getPrivate(), wasm);
    }

    @Test
    void shouldReplaceAPluginWhoseFileWasWrittenOver() throws Exception {
        write(ONE);
        start(PluginTrust.ANYONE);

        write(TWO);
        poll(1);
        assertRuns(ONE);
        poll(1);

        assertRuns(TWO);
        PluginReplaced event = (PluginReplaced) events.get(0);
        assertEquals(PluginModule.digestOf(ONE), event.previousDigest());
        assertEquals(file().toString(), event.origin());
        poll(3);
        assertEquals(1, events.size());
    }

    @Test
    void shouldWaitUntilAFileIsWholeThatIsBeingWritten() throws Exception {
        write(ONE);
        start(PluginTrust.ANYONE);
        for (int length = 8; length < TWO.length; length += 7) {
            write(Arrays.copyOf(TWO, length));
            poll(1);
        }
        write(TWO);
        poll(2);

        assertEquals(1, events.size(), events.toString());
        assertRuns(TWO);
    }

    @Test
    void shouldTakeAFileThatWasMovedOverAndALinkThatPointsElsewhere() throws Exception {
        Path versions = Files.createDirectory(folder.resolve("versions"));
        Files.write(versions.resolve("one"), ONE);
        Files.write(versions.resolve("two"), TWO);
        Files.createSymbolicLink(file(), versions.resolve("one"));
        start(PluginTrust.ANYONE);

        Path next = Files.createSymbolicLink(folder.resolve("next"), versions.resolve("two"));
        Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
        poll(2);
        assertRuns(TWO);

        Files.write(folder.resolve("new"), THREE);
        Files.move(folder.resolve("new"), file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        poll(2);
        assertRuns(THREE);
    }

    @Test
    void shouldDoNothingWhenAFileIsTouchedOrTakenAway() throws Exception {
        write(ONE);
        start(PluginTrust.ANYONE);

        Files.setLastModifiedTime(file(), FileTime.fromMillis(1_000));
        poll(3);
        Files.delete(file());
        poll(3);

        assertEquals(List.of(), events);
        assertEquals(
                List.of("plugin 'mine': " + file() + " is gone; the version that runs goes on until the next start"),
                messages);
        assertRuns(ONE);

        write(TWO);
        poll(2);
        assertRuns(TWO);
    }

    @Test
    void shouldSayOnceWhyABadFileIsNotUsed() throws Exception {
        write(ONE);
        start(PluginTrust.ANYONE);

        write(TestPlugins.traps());
        poll(4);
        Files.setLastModifiedTime(file(), FileTime.fromMillis(1_000));
        poll(4);

        assertEquals(1, events.size());
        assertTrue(rejection(0).startsWith("fails on frame 0 of its warm-up: trap"), rejection(0));
        assertRuns(ONE);
        write(Arrays.copyOf(TWO, 30));
        poll(2);
        assertTrue(rejection(1).startsWith("is not a valid WebAssembly module"), rejection(1));
        write(TWO);
        poll(2);
        assertRuns(TWO);
    }

    @Test
    void shouldRefuseFilesThatNobodyTrustedHasSigned() throws Exception {
        write(ONE);
        Files.write(folder.resolve("mine.wasm.sig"), signature(ONE));
        start(required());

        write(TWO);
        poll(2);
        assertTrue(rejection(0).startsWith("has a signature that is not of this module"), rejection(0));
        Files.delete(folder.resolve("mine.wasm.sig"));
        poll(2);
        assertTrue(rejection(1).startsWith("is not signed"), rejection(1));
        Files.write(
                folder.resolve("mine.wasm.sig"),
                Ed25519.sign(Ed25519.newKeyPair().getPrivate(), TWO));
        poll(2);
        assertTrue(rejection(2).startsWith("has a signature that is not of this module"), rejection(2));
        assertRuns(ONE);

        Files.write(folder.resolve("mine.wasm.sig"), signature(TWO));
        poll(2);
        assertRuns(TWO);
        assertTrue(((PluginReplaced) events.get(3)).signer().startsWith("ed25519:"));
    }

    @Test
    void shouldRefuseAnUnsignedPluginAtStartAndTrustTheOfficialOnes() throws Exception {
        write(ONE);
        PluginSources sources = new PluginSources(folder, required());
        PluginLibrary library = new PluginLibrary(sources, PluginLimits.defaults(), null, watchdog, 0, messages::add);
        try (library) {
            String message = String.valueOf(
                    assertThrows(PluginRejectedException.class, () -> library.prepare(ChainSpec.parse("mine")))
                            .getMessage());
            assertTrue(message.startsWith("plugin 'mine' is not signed"), message);
            assertEquals(1, library.prepare(ChainSpec.parse("gain")).digests().size());
        }
    }

    @Test
    void shouldKeepAnUploadForTheNextStartAndGoBack() throws Exception {
        write(ONE);
        Files.write(folder.resolve("mine.wasm.sig"), signature(ONE));
        start(required());

        byte[] base64 = Base64.getEncoder().encode(signature(TWO));
        PluginControl.Deployed deployed = control.deploy("mine", TWO, base64, "a test");
        assertRuns(TWO);
        assertArrayEquals(TWO, Files.readAllBytes(file()));
        assertArrayEquals(base64, Files.readAllBytes(folder.resolve("mine.wasm.sig")));
        assertEquals(file(), deployed.file());
        assertFalse(control.deploy("mine", TWO, base64, "a test").replaced().isPresent());

        control.rollBack("mine");
        assertRuns(ONE);
        poll(3);
        assertRuns(ONE);
        assertEquals(
                List.of(PluginDeployed.class, PluginReplaced.class, PluginDeployed.class, PluginReplaced.class),
                events.stream().map(Object::getClass).toList());
        assertEquals(
                new PluginDeployed(
                        "mine", PluginModule.digestOf(TWO), "a test", signer(), TWO.length, file().toString()),
                events.get(0));
    }

    @Test
    void shouldChangeNothingWhenAnUploadIsRefused() throws Exception {
        write(ONE);
        Files.write(folder.resolve("mine.wasm.sig"), signature(ONE));
        start(required());

        for (byte[] signature : Arrays.asList(null, signature(ONE), new byte[] {1})) {
            assertThrows(PluginRejectedException.class, () -> control.deploy("mine", TWO, signature, "a test"));
        }
        assertThrows(PluginRejectedException.class, () -> control.deploy("../mine", TWO, signature(TWO), "a test"));

        assertEquals(4, events.size());
        assertRuns(ONE);
        assertArrayEquals(ONE, Files.readAllBytes(file()));
        try (var files = Files.list(folder)) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void shouldLetAFileOfThatNameTakeAnOfficialPluginsPlace() throws Exception {
        write(ONE);
        PluginSources sources = new PluginSources(folder, PluginTrust.ANYONE);
        PluginLibrary library = new PluginLibrary(sources, PluginLimits.defaults(), null, watchdog, 0, messages::add);
        chain = library.prepare(ChainSpec.parse("gain"));
        control = new PluginControl(library, sources, events::add, messages::add);
        poll(2);

        Files.write(folder.resolve("gain.wasm"), TWO);
        poll(2);

        assertRuns(TWO);
        assertEquals(List.of("gain", "mine"), sources.names());
    }

    @Test
    void shouldNameTheParameterThatAPluginRefusesAndWhatIsAllowed() {
        PluginLibrary library = new PluginLibrary(
                new PluginSources(null, PluginTrust.ANYONE), PluginLimits.defaults(), null, watchdog, 0, messages::add);
        try (library) {
            assertEquals(
                    "plugin 'gain(db=999)' refuses its parameter db=999: allowed is -120 to 60, default 0",
                    refusal(library, "gain(db=999)"));
            assertEquals(
                    "plugin 'gain(db=1,bd=2)' refuses its parameter bd=2: it takes db (-120 to 60, default 0)",
                    refusal(library, "gain(db=1,bd=2)"));
        }
    }

    private static String refusal(PluginLibrary library, String chain) {
        PluginRejectedException refused =
                assertThrows(PluginRejectedException.class, () -> library.prepare(ChainSpec.parse(chain)));
        assertTrue(refused.isAboutParameters());
        return String.valueOf(refused.getMessage());
    }
}
