package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompiledPluginCacheTest {
    private static final byte[] WASM = TestPlugins.inverts();
    private static final String DIGEST = Digests.hexOf(WASM);

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
            assertEquals(List.of(file), files.toList(), "temporary files are left");
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

    @Test
    void shouldKnowTheVersionOfTheEngine() {
        assertTrue(EngineVersion.current().matches("chicory-[0-9.]+-[0-9]+"), EngineVersion.current());
    }
}
