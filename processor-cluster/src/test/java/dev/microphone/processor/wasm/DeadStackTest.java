package dev.microphone.processor.wasm;

import static dev.microphone.processor.wasm.WasmBuilder.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a module's exported stack pointer leaves out of its snapshots. */
class DeadStackTest {
    private static final int STACK_TOP = 40_000;
    private static final int STATE = 60_000;
    private static final int FRAME = 50_048;

    /** Writes 7 at the stack's middle and as its state, and leaves the pointer somewhere. */
    private static byte[] plugin(boolean exportsPointer, int leftAt) {
        WasmBuilder builder = module().global(STACK_TOP);
        if (exportsPointer) {
            builder.export("__stack_pointer", 3, 0);
        }
        byte[] body = join(
                i32(1_000),
                i32(7),
                bytes(I32_STORE, 2, 0),
                i32(STATE),
                i32(7),
                bytes(I32_STORE, 2, 0),
                i32(leftAt),
                bytes(GLOBAL_SET, 0, LOCAL_GET, 1));
        builder.export("process_frame", builder.function(new int[] {I32, I32}, new int[] {I32}, 0, body));
        builder.export("frame_buffer", builder.function(new int[] {I32}, new int[] {I32}, 0, i32(FRAME)));
        return builder.build();
    }

    /** Stack, state and the frame's first byte, as an instance has them that goes on from a snapshot. */
    private static String restored(byte[] wasm) throws PluginRejectedException {
        try (Watchdog watchdog = Watchdog.start();
                Watch watch = watchdog.newWatch()) {
            PluginPrototype prototype = PluginModule.load(wasm, PluginLimits.defaults(), null, warning -> {})
                    .newPrototype(Map.of(), watch);
            PluginInstance running = prototype.newInstance();
            byte[] pcm = new byte[3_840];
            pcm[0] = 5;
            assertEquals(PluginFault.NONE, running.process(pcm, 0, pcm.length, watch, 20_000_000_000L));
            PluginSnapshot snapshot = new PluginSnapshot();
            running.take(snapshot);
            PluginInstance next = prototype.newInstance();
            next.restore(snapshot);
            byte[] memory = next.copyOfMemory();
            return memory[1_000] + " " + memory[STATE] + " " + memory[FRAME];
        }
    }

    @Test
    void shouldLeaveOutTheStackAndTheFrameOfAModuleThatExportsIt() throws PluginRejectedException {
        assertEquals("0 7 0", restored(plugin(true, STACK_TOP)));
    }

    @Test
    void shouldKeepEveryByteOfAnyOther() throws PluginRejectedException {
        assertEquals("7 7 5", restored(plugin(false, STACK_TOP)));
    }

    @Test
    void shouldKeepWhatLiesAbovePointersThatWereNotPutBack() throws PluginRejectedException {
        assertEquals("7 7 0", restored(plugin(true, 512)));
    }

    /** A broken pointer costs no state: it counts only as far as a fresh instance's. */
    @Test
    void shouldNotBelieveAPointerAboveTheStack() throws PluginRejectedException {
        assertEquals("0 7 0", restored(plugin(true, 64_000)));
        assertEquals("0 7 0", restored(plugin(true, -16)));
    }
}
