package dev.microphone.processor.wasm;

import static dev.microphone.processor.wasm.WasmBuilder.*;

/** Plugins that misbehave in one way each, and a few that do not. */
public final class TestPlugins {
    /** A frame that begins with this sample pair makes {@link #trapsOnMarker} trap. */
    public static final int MARKER = 0x0bad0bad;

    private TestPlugins() {}

    /** Returns the length and touches nothing. */
    public static byte[] passThrough() {
        return plugin(bytes(LOCAL_GET, 1));
    }

    /** Inverts every bit of the frame. */
    public static byte[] inverts() {
        return plugin(join(invertLoop(), bytes(LOCAL_GET, 1)));
    }

    /** The same, in that many pages of memory. */
    public static byte[] invertsInMemoryOf(int pages) {
        WasmBuilder builder = module().memory(pages, pages);
        builder.export(
                "process_frame",
                builder.function(new int[] {I32, I32}, new int[] {I32}, 1, join(invertLoop(), bytes(LOCAL_GET, 1))));
        return builder.build();
    }

    /** Inverts, but for frames that begin with {@link #MARKER}: there it traps half-way. */
    public static byte[] trapsOnMarker() {
        return plugin(join(
                bytes(LOCAL_GET, 0, I32_LOAD, 2, 0),
                i32(MARKER),
                bytes(I32_EQ, IF, VOID, LOCAL_GET, 0),
                i32(0),
                bytes(I32_STORE, 2, 0, UNREACHABLE, END),
                invertLoop(),
                bytes(LOCAL_GET, 1)));
    }

    /** Inverts, but for frames that begin with {@link #MARKER}: from those it never comes back. */
    public static byte[] spinsOnMarker() {
        return plugin(spinOnMarkerElseInvert());
    }

    /** The same, and takes any parameters. */
    public static byte[] spinsOnMarkerAndTakesParameters() {
        WasmBuilder builder = module();
        builder.export(
                "process_frame", builder.function(new int[] {I32, I32}, new int[] {I32}, 1, spinOnMarkerElseInvert()));
        builder.export("configure", builder.function(new int[] {I32, I32}, new int[] {I32}, 0, i32(0)));
        return builder.build();
    }

    private static byte[] spinOnMarkerElseInvert() {
        return join(
                bytes(LOCAL_GET, 0, I32_LOAD, 2, 0),
                i32(MARKER),
                bytes(I32_EQ, IF, VOID, LOOP, VOID, BR, 0, END, END),
                invertLoop(),
                bytes(LOCAL_GET, 1));
    }

    /** Adds, to the frame's first word, how many frames it has seen: its state is at address 60,000. */
    public static byte[] counts() {
        return plugin(join(
                i32(60_000),
                i32(60_000),
                bytes(I32_LOAD, 2, 0),
                i32(1),
                bytes(I32_ADD, LOCAL_TEE, 2, I32_STORE, 2, 0),
                bytes(LOCAL_GET, 0, LOCAL_GET, 0, I32_LOAD, 2, 0, LOCAL_GET, 2, I32_ADD, I32_STORE, 2, 0),
                bytes(LOCAL_GET, 1)));
    }

    /** Puts the first word of the far end's frame, as last shown, in place of the near end's. */
    public static byte[] answersWithReference() {
        WasmBuilder builder = module();
        builder.export(
                "process_reference",
                builder.function(
                        new int[] {I32, I32},
                        new int[] {I32},
                        0,
                        join(i32(60_000), bytes(LOCAL_GET, 0, I32_LOAD, 2, 0, I32_STORE, 2, 0), bytes(LOCAL_GET, 1))));
        builder.export(
                "process_frame",
                builder.function(
                        new int[] {I32, I32},
                        new int[] {I32},
                        0,
                        join(
                                bytes(LOCAL_GET, 0),
                                i32(60_000),
                                bytes(I32_LOAD, 2, 0, I32_STORE, 2, 0),
                                bytes(LOCAL_GET, 1))));
        return builder.build();
    }

    /** Adds a number to each word of the frame. */
    public static byte[] adds(int value) {
        return plugin(join(
                bytes(BLOCK, VOID, LOOP, VOID),
                bytes(LOCAL_GET, 2, LOCAL_GET, 1, I32_LT_U, IF, VOID),
                bytes(LOCAL_GET, 0, LOCAL_GET, 2, I32_ADD),
                bytes(LOCAL_GET, 0, LOCAL_GET, 2, I32_ADD, I32_LOAD, 2, 0),
                i32(value),
                bytes(I32_ADD, I32_STORE, 2, 0),
                bytes(LOCAL_GET, 2),
                i32(4),
                bytes(I32_ADD, LOCAL_SET, 2, BR, 1, END, END, END),
                bytes(LOCAL_GET, 1)));
    }

    /** Passes frames through, and says that it is as many samples late as a frame has bytes, and some more. */
    public static byte[] isAFrameLate(int moreSamples) {
        WasmBuilder builder = module().global(-1);
        builder.export(
                "process_frame", builder.function(new int[] {I32, I32}, new int[] {I32}, 0, bytes(LOCAL_GET, 1)));
        builder.export(
                "frame_buffer",
                builder.function(
                        new int[] {I32}, new int[] {I32}, 0, join(bytes(LOCAL_GET, 0, GLOBAL_SET, 0), i32(1_024))));
        builder.export(
                "latency_samples",
                builder.function(
                        new int[0], new int[] {I32}, 0, join(bytes(GLOBAL_GET, 0), i32(moreSamples), bytes(I32_ADD))));
        return builder.build();
    }

    /** {@code for (;;);} */
    public static byte[] spins() {
        return plugin(bytes(LOOP, VOID, BR, 0, END, UNREACHABLE));
    }

    /** A loop that counts for ever and stores: what the JIT unrolls and hoists from. */
    public static byte[] spinsAndStores() {
        return plugin(join(
                bytes(LOOP, VOID),
                bytes(LOCAL_GET, 0, LOCAL_GET, 2, I32_STORE, 2, 0),
                bytes(LOCAL_GET, 2),
                i32(1),
                bytes(I32_ADD, LOCAL_SET, 2, BR, 0, END, UNREACHABLE)));
    }

    /** A loop around a call. */
    public static byte[] spinsWithCall() {
        WasmBuilder builder = module();
        int leaf = builder.function(
                new int[] {I32}, new int[] {I32}, 0, join(bytes(LOCAL_GET, 0), i32(1), bytes(I32_ADD)));
        builder.export(
                "process_frame",
                builder.function(
                        new int[] {I32, I32},
                        new int[] {I32},
                        1,
                        bytes(LOOP, VOID, LOCAL_GET, 2, CALL, leaf, LOCAL_SET, 2, BR, 0, END, UNREACHABLE)));
        return builder.build();
    }

    /** Calls itself without end. */
    public static byte[] recurses() {
        WasmBuilder builder = module();
        builder.export(
                "process_frame",
                builder.function(new int[] {I32, I32}, new int[] {I32}, 0, bytes(LOCAL_GET, 0, LOCAL_GET, 1, CALL, 0)));
        return builder.build();
    }

    /** Calls itself without end through a table. */
    public static byte[] recursesThroughTable() {
        WasmBuilder builder = module();
        builder.export(
                "process_frame",
                builder.function(
                        new int[] {I32, I32},
                        new int[] {I32},
                        0,
                        bytes(LOCAL_GET, 0, LOCAL_GET, 1, I32_CONST, 0, CALL_INDIRECT, 0, 0)));
        return builder.tableOfAllFunctions().build();
    }

    /** Two calls of itself at each of 60 levels: never deep, and it would take until the sun burns out. */
    public static byte[] recursesInWidth() {
        WasmBuilder builder = module();
        int tree = builder.function(
                new int[] {I32},
                new int[] {I32},
                0,
                join(
                        bytes(LOCAL_GET, 0),
                        bytes(IF, I32, LOCAL_GET, 0),
                        i32(1),
                        bytes(I32_SUB, CALL, 0, LOCAL_GET, 0),
                        i32(1),
                        bytes(I32_SUB, CALL, 0, I32_ADD, ELSE),
                        i32(1),
                        bytes(END)));
        builder.export(
                "process_frame",
                builder.function(new int[] {I32, I32}, new int[] {I32}, 0, join(i32(60), bytes(CALL, tree))));
        return builder.build();
    }

    public static byte[] traps() {
        return plugin(bytes(UNREACHABLE));
    }

    /** Only when it is shown a far end. */
    public static byte[] trapsOnReference() {
        WasmBuilder builder = module();
        builder.export(
                "process_reference", builder.function(new int[] {I32, I32}, new int[] {I32}, 0, bytes(UNREACHABLE)));
        builder.export(
                "process_frame", builder.function(new int[] {I32, I32}, new int[] {I32}, 0, bytes(LOCAL_GET, 1)));
        return builder.build();
    }

    public static byte[] dividesByZero() {
        return plugin(join(bytes(LOCAL_GET, 1), i32(0), bytes(I32_DIV_S)));
    }

    /** Reads a word at an address. */
    public static byte[] readsAt(int base, int offset) {
        return plugin(join(i32(base), bytes(I32_LOAD, 0, offset)));
    }

    /** Asks for memory until it gets no more, then returns the length. */
    public static byte[] growsMemory() {
        return plugin(join(
                bytes(LOOP, VOID),
                i32(16),
                bytes(MEMORY_GROW, 0, LOCAL_TEE, 2),
                i32(-1),
                bytes(I32_EQ, IF, VOID, ELSE, BR, 1, END, END),
                bytes(LOCAL_GET, 1)));
    }

    /** Returns a length of its own. */
    public static byte[] returns(int length) {
        return plugin(i32(length));
    }

    private static byte[] invertLoop() {
        return join(
                bytes(BLOCK, VOID, LOOP, VOID),
                bytes(LOCAL_GET, 2, LOCAL_GET, 1, I32_LT_U, IF, VOID),
                bytes(LOCAL_GET, 0, LOCAL_GET, 2, I32_ADD),
                bytes(LOCAL_GET, 0, LOCAL_GET, 2, I32_ADD, I32_LOAD, 2, 0),
                i32(-1),
                bytes(I32_XOR, I32_STORE, 2, 0),
                bytes(LOCAL_GET, 2),
                i32(4),
                bytes(I32_ADD, LOCAL_SET, 2, BR, 1, END, END, END));
    }
}
