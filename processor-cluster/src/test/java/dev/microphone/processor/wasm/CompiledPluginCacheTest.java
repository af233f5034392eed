package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompiledPluginCacheTest {
    private static final byte[] WASM = TestPlugins.inverts();
    private static final String DIGEST = Digests.hexOf(WASM);

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    @TempDir
    private Path folder = Path.of("");

    private CompiledPluginCache cache = new CompiledPluginCache(folder);
    private Path file = folder;

    @BeforeEach
    void fill() throws PluginRejectedException {
        cache = new CompiledPluginCache(folder.resolve("cache"));
        file = cache.fileOf(DIGEST);
        load();
        assertTrue(Files.exists(file));
    }

    private void load() throws PluginRejectedException {
        List<String> warnings = new ArrayList<>();
        PluginModule module = PluginModule.load(WASM, PluginLimits.defaults(), cache, warnings::add);
        assertEquals(List.of(), warnings);
        Watchdog watchdog = Watchdog.withoutThread(threadId -> 0);
        try (Watch watch = watchdog.newWatch()) {
            byte[] frame = new byte[960];
            module.newInstance(Map.of(), watch).process(frame, 0, 960, watch, 1);
            byte[] inverted = new byte[960];
            Arrays.fill(inverted, (byte) -1);
            assertArrayEquals(inverted, frame);
        }
    }

    @Test
    void shouldGiveBackWhatWasPut() throws PluginRejectedException, IOException {
        CompiledPlugin cached = cache.get(DIGEST);

        assertNotNull(cached);
        byte[] before = Files.readAllBytes(file);
        load();
        assertArrayEquals(before, Files.readAllBytes(file));
        try (var files = Files.list(file.getParent())) {
            assertEquals(
                    List.of(file, file.resolveSibling("key")), files.sorted().toList(), "temporary files are left");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.01, 0.5, 0.9, 0.999})
    void shouldRebuildATornFile(double part) throws IOException, PluginRejectedException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, (int) (whole.length * part)));

        assertNull(cache.get(DIGEST));
        load();
        assertArrayEquals(whole, Files.readAllBytes(file));
    }

    @Test
    void shouldRebuildAFileInWhichAnyByteIsChanged() throws IOException, PluginRejectedException {
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i += 97) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x10;
            Files.write(file, damaged);
            assertNull(cache.get(DIGEST), "byte " + i);
        }
        load();
        assertArrayEquals(whole, Files.readAllBytes(file));
    }

    @Test
    void shouldNotTakeAnotherModulesOrVersionsFile() throws IOException {
        String other = Digests.hexOf(new byte[] {1});
        Files.copy(file, cache.fileOf(other));
        CompiledPluginCache newer = new CompiledPluginCache(file.getParent(), "chicory-next");
        Files.copy(file, newer.fileOf(DIGEST));

        assertNull(cache.get(other));
        assertNull(newer.get(DIGEST));
    }

    @Test
    void shouldLoadAllTheSameWhenTheFolderCannotBeWritten() throws IOException, PluginRejectedException {
        Path notAFolder = Files.createFile(folder.resolve("file"));
        List<String> warnings = new ArrayList<>();

        PluginModule.load(WASM, PluginLimits.defaults(), new CompiledPluginCache(notAFolder), warnings::add);

        assertEquals(1, warnings.size());
    }

    /** Who can write a file but not read the key can make a right SHA-256, and that is not enough. */
    @Test
    void shouldRebuildAFileThatWasMadeWithAnotherKey() throws IOException, PluginRejectedException {
        CompiledPluginCache foreign = new CompiledPluginCache(folder.resolve("foreign"));
        PluginModule.load(WASM, PluginLimits.defaults(), foreign, warning -> {});
        byte[] own = Files.readAllBytes(file);
        Files.copy(foreign.fileOf(DIGEST), file, StandardCopyOption.REPLACE_EXISTING);

        assertNull(cache.get(DIGEST));
        load();
        assertArrayEquals(own, Files.readAllBytes(file));
    }

    @Test
    void shouldRebuildAFileThatOthersMayWrite() throws IOException, PluginRejectedException {
        Assumptions.assumeTrue(POSIX);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertNull(cache.get(DIGEST));
        load();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void shouldRebuildAllWhenTheKeyWasOpenToOthers() throws IOException, PluginRejectedException {
        Assumptions.assumeTrue(POSIX);
        Path key = file.resolveSibling("key");
        byte[] before = Files.readAllBytes(key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw--w----"));

        assertNull(cache.get(DIGEST));
        load();
        assertFalse(Arrays.equals(before, Files.readAllBytes(key)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        assertNotNull(cache.get(DIGEST));
    }

    @Test
    void shouldUseNothingFromAFolderThatOthersMayWrite() throws IOException, PluginRejectedException {
        Assumptions.assumeTrue(POSIX);
        Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxrwxr-x"));
        byte[] before = Files.readAllBytes(file);
        List<String> warnings = new ArrayList<>();

        PluginModule.load(WASM, PluginLimits.defaults(), cache, warnings::add);

        assertEquals(
                List.of("compiled plugins are not kept: " + file.getParent()
                        + " has mode 775: others may write to it; 'chmod go-w' mends that"),
                warnings);
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void shouldTrustOnlyThisUserAndRoot() {
        assertEquals("cache belongs to user 7, this is user 8", CacheOwnership.refusal(Path.of("cache"), 7, 0700, 8));
        assertNull(CacheOwnership.refusal(Path.of("cache"), 8, 0755, 8));
        assertNull(CacheOwnership.refusal(Path.of("cache"), 0, 0755, 8));
    }

    /** RFC 4231, test case 2. */
    @Test
    void shouldComputeTheHmacOfTheStandard() {
        byte[] text = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);

        assertEquals(
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                HexFormat.of()
                        .formatHex(
                                Digests.hmacSha256("Jefe".getBytes(StandardCharsets.US_ASCII), text, 0, text.length)));
    }

    /** As several processes do that begin at once, on a folder that is not there: each has a cache of its own. */
    @Test
    void shouldEndWithAWholeFileWhenManyWriteAtOnce() throws Exception {
        Path shared = folder.resolve("shared");
        CompiledPlugin compiled = cache.get(DIGEST);
        assertNotNull(compiled);
        try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> tasks = Collections.nCopies(4, () -> {
                CompiledPluginCache own = new CompiledPluginCache(shared);
                for (int i = 0; i < 50; i++) {
                    own.put(DIGEST, compiled);
                    CompiledPlugin read = own.get(DIGEST);
                    assertTrue(read == null || read.mainClass().equals(compiled.mainClass()));
                }
                return null;
            });
            for (Future<Void> done : writers.invokeAll(tasks)) {
                done.get();
            }
        }
        try (var files = Files.list(shared)) {
            assertEquals(2, files.count());
        }
        new CompiledPluginCache(shared).put(DIGEST, compiled);
        assertNotNull(new CompiledPluginCache(shared).get(DIGEST));
    }

    @Test
    void shouldKnowTheVersionOfTheEngine() {
        assertTrue(EngineVersion.current().matches("chicory-[0-9.]+-[0-9]+"), EngineVersion.current());
    }
}
