package dev.microphone.processor.wasm;

import static dev.microphone.processor.wasm.WasmBuilder.*;

import dev.microphone.plugins.OfficialPlugins;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is fuzzed: any bytes go the whole way of a plugin, loaded, instantiated, run for some frames, copied, under tight
 * limits and the real watchdog. A rejection in one line or a fault may come out; whatever else does is a bug.
 */
final class LoaderTarget {
    /** 2 MiB, 5 ms live, 50 ms cold, 100 calls deep: a mutant that does harm does it within these. */
    private static final PluginLimits LIMITS = new PluginLimits(2 << 20, 5_000_000, 50_000_000, 100);

    private static final int FRAMES = 3;
    private static final int FRAME_LENGTH = 1_920;
    private static final Watchdog WATCHDOG = Watchdog.start();

    private LoaderTarget() {}

    /** @return whether the module was accepted and ran without a fault */
    static boolean run(byte[] wasm) {
        try (Watch watch = WATCHDOG.newWatch()) {
            PluginModule module = PluginModule.load(wasm, LIMITS, null, warning -> {
                throw new AssertionError(warning);
            });
            PluginPrototype prototype = module.newPrototype(Map.of(), watch);
            boolean firstRan = runs(prototype.newInstance(), watch);
            boolean secondRan = runs(prototype.newInstance(), watch);
            return firstRan && secondRan;
        } catch (PluginRejectedException e) {
            String message = String.valueOf(e.getMessage());
            if (message.isBlank() || message.lines().count() != 1) {
                throw new AssertionError("not one line: '" + message + "'", e);
            }
            return false;
        }
    }

    private static boolean runs(PluginInstance instance, Watch watch) {
        byte[] pcm = new byte[FRAME_LENGTH];
        for (int i = 0; i < FRAMES; i++) {
            PluginFault fault = instance.process(pcm, 0, pcm.length, watch, LIMITS.warmUpFrameBudgetNs());
            if (fault == PluginFault.NONE) {
                fault = instance.processReference(pcm, 0, pcm.length, watch, LIMITS.warmUpFrameBudgetNs());
            }
            if (fault != PluginFault.NONE) {
                return false;
            }
        }
        return !Thread.currentThread().isInterrupted();
    }

    /** Whole modules to begin from: the small official plugins, and small ones that have what mutations should meet. */
    static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>(List.of(
                TestPlugins.passThrough(),
                TestPlugins.inverts(),
                TestPlugins.trapsOnMarker(),
                TestPlugins.spinsOnMarker(),
                TestPlugins.spinsWithCall(),
                TestPlugins.recursesThroughTable(),
                TestPlugins.growsMemory(),
                everyExport()));
        for (String name : OfficialPlugins.names()) {
            byte[] wasm = read(name);
            if (wasm.length < 16_384) {
                seeds.add(wasm);
            }
        }
        return seeds;
    }

    private static byte[] everyExport() {
        int[] range = {I32, I32};
        int[] integer = {I32};
        int[] nothing = {};
        WasmBuilder builder = module().memory(1, 20).global(1_024);
        builder.export("process_frame", builder.function(range, integer, 1, bytes(LOCAL_GET, 1)));
        builder.export("process_reference", builder.function(range, nothing, 0, bytes()));
        builder.export("configure", builder.function(range, integer, 0, i32(0)));
        builder.export("frame_buffer", builder.function(integer, integer, 0, i32(2_048)));
        builder.export("latency_samples", builder.function(nothing, integer, 0, i32(480)));
        builder.export("abi_version", builder.function(nothing, integer, 0, i32(1)));
        builder.export("reset", builder.function(nothing, nothing, 0, bytes()));
        builder.export("_initialize", builder.function(nothing, nothing, 0, bytes()));
        return builder.export("__heap_base", 3, 0).tableOfAllFunctions().build();
    }

    private static byte[] read(String name) {
        try (InputStream in = OfficialPlugins.open(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
