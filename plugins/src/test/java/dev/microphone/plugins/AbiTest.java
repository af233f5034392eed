package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AbiTest {
    static List<String> names() {
        return OfficialPlugins.names();
    }

    @Test
    void shouldListOurOwnPluginsWhateverTheMachineHas() {
        assertTrue(
                names().containsAll(List.of("compressor", "deesser", "denoise", "eq", "gain", "gate", "highpass")),
                names().toString());
    }

    @Test
    void shouldNameThePluginsThereAreWhenAnotherIsAskedFor() {
        var thrown = assertThrows(FileNotFoundException.class, () -> OfficialPlugins.open("reverb"));
        assertEquals("no plugin named reverb; there are: " + String.join(", ", names()), thrown.getMessage());
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldExportTheAbiAndImportNothing(String name) throws IOException {
        WasmModule module = WasmPlugin.module(name);
        assertEquals(0, module.importSection().importCount());
        Set<String> functions = new TreeSet<>();
        boolean memory = false;
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            var export = module.exportSection().getExport(i);
            memory |=
                    export.exportType() == ExternalType.MEMORY && export.name().equals("memory");
            if (export.exportType() == ExternalType.FUNCTION) {
                functions.add(export.name());
            }
        }
        assertTrue(memory);
        assertEquals(name.equals("aec3"), functions.remove("process_reference"), "takes a far end");
        assertEquals(
                Set.of(
                        "_initialize",
                        "abi_version",
                        "configure",
                        "frame_buffer",
                        "latency_samples",
                        "process_frame",
                        "reset"),
                functions);
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldHaveAMemoryThatDoesNotGrow(String name) throws IOException {
        var limits = WasmPlugin.module(name)
                .memorySection()
                .orElseThrow()
                .getMemory(0)
                .limits();
        assertEquals(limits.initialPages(), limits.maximumPages());
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldRefuseFramesThatAreNoWholeSamplePairs(String name) throws IOException {
        WasmPlugin plugin = WasmPlugin.load(name);
        int address = plugin.call("frame_buffer", 1920);
        assertEquals(1, plugin.call("abi_version"));
        assertTrue(plugin.call("process_frame", address, 1919) < 0);
        assertTrue(plugin.call("process_frame", address, -4) < 0);
        assertEquals(0, plugin.call("process_frame", address, 0));
        assertEquals(0, plugin.call("frame_buffer", 1 << 20));
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldHaveAPage(String name) throws IOException {
        try (InputStream in = OfficialPlugins.page(name)) {
            String page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(page.startsWith("# " + name + "\n"));
            assertTrue(page.contains("elay"), "says its delay");
            assertFalse(page.contains("TODO"));
        }
    }
}
