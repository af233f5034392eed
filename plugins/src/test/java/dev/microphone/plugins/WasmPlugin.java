package dev.microphone.plugins;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One instance of an official plugin, driven as the ABI says. */
final class WasmPlugin {
    /** A machine factory belongs to one parsed module, so both are kept. */
    private record Compiled(WasmModule module, Function<Instance, Machine> machineFactory) {}

    private static final Map<String, Compiled> COMPILED = new ConcurrentHashMap<>();

    private final Instance instance;

    private WasmPlugin(Instance instance) {
        this.instance = instance;
    }

    static WasmModule module(String name) throws IOException {
        try (InputStream in = OfficialPlugins.open(name)) {
            return Parser.parse(in.readAllBytes());
        }
    }

    static WasmPlugin load(String name) throws IOException {
        Compiled compiled = COMPILED.get(name);
        if (compiled == null) {
            WasmModule module = module(name);
            compiled = new Compiled(module, MachineFactoryCompiler.compile(module));
            COMPILED.put(name, compiled);
        }
        Instance instance = Instance.builder(compiled.module())
                .withMemoryFactory(ByteArrayMemory::new)
                .withMachineFactory(compiled.machineFactory())
                .build();
        instance.export("_initialize").apply();
        return new WasmPlugin(instance);
    }

    int call(String export, long... arguments) {
        long[] results = instance.export(export).apply(arguments);
        return results == null || results.length == 0 ? 0 : (int) results[0];
    }

    /** @return what the plugin answers: 0, or -n for line n */
    int configure(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int address = call("frame_buffer", 3840);
        instance.memory().write(address, bytes);
        return call("configure", address, bytes.length);
    }

    int memoryBytes() {
        return instance.memory().pages() * Memory.PAGE_SIZE;
    }

    byte[] memory(int address, int length) {
        return instance.memory().readBytes(address, length);
    }

    /** Whole frames of it, in order; what is left over is dropped. */
    byte[] process(byte[] pcm, int frameBytes) {
        return process(pcm, null, frameBytes);
    }

    /** @param far as long as {@code pcm}: what the loudspeaker plays; or null */
    byte[] process(byte[] pcm, byte @Nullable [] far, int frameBytes) {
        int address = call("frame_buffer", frameBytes);
        if (address == 0) {
            throw new IllegalArgumentException("frame of " + frameBytes + " bytes refused");
        }
        int frames = pcm.length / frameBytes;
        byte[] out = new byte[frames * frameBytes];
        for (int i = 0; i < frames; i++) {
            if (far != null) {
                instance.memory().write(address, far, i * frameBytes, frameBytes);
                call("process_reference", address, frameBytes);
            }
            instance.memory().write(address, pcm, i * frameBytes, frameBytes);
            int length = call("process_frame", address, frameBytes);
            if (length != frameBytes) {
                throw new IllegalStateException("frame " + i + ": process_frame returned " + length);
            }
            System.arraycopy(instance.memory().readBytes(address, length), 0, out, i * frameBytes, length);
        }
        return out;
    }
}
