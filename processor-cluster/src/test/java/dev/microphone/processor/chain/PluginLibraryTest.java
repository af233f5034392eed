package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.PluginReplaced;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginLibraryTest {
    private final Watchdog watchdog = Watchdog.start();
    private final List<String> warnings = new ArrayList<>();

    @AfterEach
    void stop() {
        watchdog.close();
    }

    private PluginLibrary library(PluginFiles files, int warmUpFrames) {
        return new PluginLibrary(files, PluginLimits.defaults(), null, watchdog, warmUpFrames, warnings::add);
    }

    private static String rejection(PluginLibrary library, String chain) {
        return assertThrows(PluginRejectedException.class, () -> library.prepare(ChainSpec.parse(chain)))
                .getMessage();
    }

    @Test
    void shouldLoadAPluginFromItsFile(@TempDir Path folder) throws IOException, PluginRejectedException {
        Path file = Files.write(folder.resolve("mine.wasm"), TestPlugins.inverts());
        try (PluginLibrary library = library(PluginFiles.official(), 100)) {
            PreparedChain chain = library.prepare(ChainSpec.parse(file.toString()));

            assertEquals(1, chain.digests().size());
            assertEquals(0, chain.latencySamples(960));
        }
    }

    @Test
    void shouldTellTheDelayWithFramesAsLongAsTheStreamHasThem(@TempDir Path folder)
            throws IOException, PluginRejectedException {
        Path file = Files.write(folder.resolve("late.wasm"), TestPlugins.isAFrameLate(0));
        try (PluginLibrary library = library(PluginFiles.official(), 10)) {
            PreparedChain prepared = library.prepare(ChainSpec.parse(file.toString()));
            assertEquals(960, prepared.latencySamples(240));
            assertEquals(1_920, prepared.latencySamples(480));
            assertEquals(3_840, prepared.latencySamples(960));
            try (Chain chain = prepared.newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, new Metrics())) {
                assertEquals(960, chain.latencySamples(240));
                chain.process(new Frame().samplesPerChannel(480));
                chain.process(new Frame().samplesPerChannel(240));

                PluginReplaced replaced = library.replace(
                                file.toString(), new PluginVersion(TestPlugins.isAFrameLate(7), "a test", ""))
                        .orElseThrow();

                assertEquals(960, replaced.previousLatencySamples());
                assertEquals(967, replaced.latencySamples());
            }
            PluginReplaced unused = library.replace(
                            file.toString(), new PluginVersion(TestPlugins.isAFrameLate(9), "a test", ""))
                    .orElseThrow();
            assertEquals(3_849, unused.latencySamples());
        }
    }

    @Test
    void shouldNameThePluginAndTheReasonInOneLine(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("text.wasm"), "not a module");
        try (PluginLibrary library = library(PluginFiles.official(), 0)) {
            assertTrue(
                    rejection(library, "nosuch")
                            .startsWith(
                                    "plugin 'nosuch' is neither a path that ends in .wasm nor an official plugin; those here are "));
            assertEquals("plugin 'missing.wasm' does not exist", rejection(library, "missing.wasm"));
            assertTrue(rejection(library, text.toString()).contains("is not a valid WebAssembly module"));
        }
    }

    @Test
    void shouldRefuseParametersThatThePluginDoesNotTake() {
        try (PluginLibrary library = library(spec -> TestPlugins.inverts(), 0)) {
            assertEquals("plugin 'x(a=1)' takes no parameters: found {a=1}", rejection(library, "x(a=1)"));
        }
    }

    @Test
    void shouldRefuseAPluginThatFailsInItsWarmUp() {
        try (PluginLibrary library = library(spec -> TestPlugins.traps(), 10)) {
            assertTrue(rejection(library, "x").startsWith("plugin 'x' fails on frame 0 of its warm-up: trap"));
        }
    }

    /** What only a far end sets to work must be warm too. */
    @Test
    void shouldShowAFarEndInTheWarmUp() {
        try (PluginLibrary library = library(spec -> TestPlugins.trapsOnReference(), 10)) {
            assertTrue(rejection(library, "x").startsWith("plugin 'x' fails on frame 0 of its warm-up: trap"));
        }
    }
}
