package dev.microphone.plugins.toolchain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldReadTheRecipesOfThisProject() throws ToolchainException {
        var names = PluginRecipe.readAll(Path.of("src/main/c")).stream()
                .map(PluginRecipe::name)
                .toList();
        assertTrue(
                names.containsAll(java.util.List.of(
                        "aec3",
                        "bss",
                        "compressor",
                        "deesser",
                        "denoise",
                        "eq",
                        "gain",
                        "gate",
                        "highpass",
                        "rnnoise")),
                names.toString());
    }

    @Test
    void shouldNameAnUnknownKeyAndTheAllowedOnes() throws IOException {
        Files.writeString(folder.resolve("plugin.properties"), "sources=a.c\nstackBytes=4096\nstackbytes=1\n");
        var thrown = assertThrows(ToolchainException.class, () -> PluginRecipe.read(folder));
        assertTrue(
                thrown.getMessage().contains("unknown keys [stackbytes], allowed are [defines,"), thrown.getMessage());
    }

    @Test
    void shouldNameAStackThatIsNoMultipleOfSixteen() throws IOException {
        Files.writeString(folder.resolve("plugin.properties"), "sources=a.c\nstackBytes=1000\n");
        var thrown = assertThrows(ToolchainException.class, () -> PluginRecipe.read(folder));
        assertTrue(thrown.getMessage().contains("stackBytes 1000 is not a multiple of 16"), thrown.getMessage());
    }

    @Test
    void shouldAskTheMachinesOwnArchivesForSources() {
        assertEquals(
                "Types: deb deb-src\nURIs: mirror:x\nSuites: stable\n\nTypes: deb deb-src\nEnabled: no\n",
                DebianPackages.sourcesOfStanzas(
                        "Types: deb\nURIs: mirror:x\nSuites: stable\n\ntypes: deb deb-src\nEnabled: no\n"));
        assertEquals(
                "deb [signed-by=/k] mirror:x stable main\ndeb-src [signed-by=/k] mirror:x stable main\n",
                DebianPackages.sourcesOfLines("""
                        # deb mirror:y
                        deb [signed-by=/k] mirror:x stable main
                        deb-src [signed-by=/k] mirror:x stable main
                        """));
    }
}
