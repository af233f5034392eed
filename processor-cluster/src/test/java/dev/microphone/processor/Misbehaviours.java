package dev.microphone.processor;

import static dev.microphone.processor.wasm.WasmBuilder.*;

import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.WasmBuilder;

/**
 * Plugins that count frames and add the count to each frame's first word, until a frame begins with
 * {@link TestPlugins#MARKER}: then each misbehaves in a way of its own. The count is at address 60,000.
 */
final class Misbehaviours {
    private static final int RETURN = 0x0f;
    private static final int I32_GT_U = 0x4b;
    private static final int I32_MUL = 0x6c;
    private static final int I32_DIV_U = 0x6e;
    private static final int I32_SHL = 0x74;
    private static final int COUNT = 60_000;
    private static final int POISON = 60_004;

    private Misbehaviours() {}

    /** @param misbehaviour code of {@code process_frame(ptr, len)}, function 0, with one i32 local and one i32 global */
    static byte[] onMarker(byte[] misbehaviour) {
        return counting(join(ifMarker(misbehaviour)));
    }

    private static byte[] counting(byte[] before) {
        WasmBuilder builder = module().global(65_536);
        builder.export(
                "process_frame",
                builder.function(new int[] {I32, I32}, new int[] {I32}, 1, join(before, count(), bytes(LOCAL_GET, 1))));
        return builder.build();
    }

    private static byte[] ifMarker(byte[] then) {
        return join(
                bytes(LOCAL_GET, 0, I32_LOAD, 2, 0),
                i32(TestPlugins.MARKER),
                bytes(I32_EQ, IF, VOID),
                then,
                bytes(END));
    }

    private static byte[] count() {
        return join(
                store(COUNT, join(load(COUNT), i32(1), bytes(I32_ADD))),
                bytes(LOCAL_GET, 0, LOCAL_GET, 0, I32_LOAD, 2, 0),
                load(COUNT),
                bytes(I32_ADD, I32_STORE, 2, 0));
    }

    private static byte[] load(int address) {
        return join(i32(address), bytes(I32_LOAD, 2, 0));
    }

    private static byte[] store(int address, byte[] value) {
        return join(i32(address), value, bytes(I32_STORE, 2, 0));
    }

    static byte[] spins() {
        return bytes(LOOP, VOID, BR, 0, END);
    }

    /** Into itself: the frame still begins with the marker. */
    static byte[] recurses() {
        return bytes(LOCAL_GET, 0, LOCAL_GET, 1, CALL, 0, DROP);
    }

    /** Takes pages until there are no more, and then writes to the address that it did not get. */
    static byte[] takesAllMemory() {
        return join(
                bytes(LOOP, VOID),
                i32(1),
                bytes(MEMORY_GROW, 0, LOCAL_TEE, 2),
                i32(-1),
                bytes(I32_EQ, IF, VOID, ELSE, BR, 1, END, END),
                bytes(LOCAL_GET, 2),
                i32(7),
                bytes(I32_STORE, 2, 0));
    }

    /** Asks for ever, long after it got no more. */
    static byte[] asksForMemoryForEver() {
        return join(bytes(LOOP, VOID), i32(1), bytes(MEMORY_GROW, 0, DROP, BR, 0, END));
    }

    static byte[] writesAt(int address) {
        return join(i32(address), i32(7), bytes(I32_STORE, 2, 0));
    }

    static byte[] readsAt(int address) {
        return join(i32(address), bytes(I32_LOAD, 2, 0, DROP));
    }

    static byte[] returns(byte[] length) {
        return join(length, bytes(RETURN));
    }

    static byte[] returnsLengthAnd(int more) {
        return returns(join(bytes(LOCAL_GET, 1), i32(more), bytes(I32_ADD)));
    }

    /**
     * Fills its stack and all memory above the frame with rubbish, loses its stack pointer, and returns as if nothing had
     * happened. Every later frame pushes onto that stack.
     */
    static byte[] scribblesOverItsStack() {
        byte[] push = join(
                bytes(GLOBAL_GET, 0),
                i32(16),
                bytes(I32_SUB, LOCAL_TEE, 2),
                bytes(LOCAL_GET, 0, I32_STORE, 2, 0),
                bytes(LOCAL_GET, 2),
                i32(16),
                bytes(I32_ADD, GLOBAL_SET, 0));
        byte[] scribble = join(
                i32(8_192),
                bytes(LOCAL_SET, 2, LOOP, VOID, LOCAL_GET, 2),
                i32(0x5ca1ab1e),
                bytes(I32_STORE, 2, 0, LOCAL_GET, 2),
                i32(4),
                bytes(I32_ADD, LOCAL_TEE, 2),
                i32(65_536),
                bytes(I32_LT_U, BR_IF, 0, END),
                i32(0x5ca1ab1e),
                bytes(GLOBAL_SET, 0, LOCAL_GET, 1, RETURN));
        return counting(join(ifMarker(scribble), push));
    }

    /** On the marker its state goes bad, which it notices only so many frames later, and then on every frame. */
    static byte[] failsLater(int frames) {
        byte[] check = join(
                load(POISON),
                bytes(IF, VOID),
                store(POISON, join(load(POISON), i32(1), bytes(I32_ADD))),
                load(POISON),
                i32(frames),
                bytes(I32_GT_U, IF, VOID, UNREACHABLE, END, END));
        return counting(join(ifMarker(store(POISON, i32(1))), check));
    }

    /** On the marker its state goes bad, which shows on every frame that begins with that word. */
    static byte[] failsOn(int firstWord) {
        byte[] check = join(
                load(POISON),
                bytes(IF, VOID, LOCAL_GET, 0, I32_LOAD, 2, 0),
                i32(firstWord),
                bytes(I32_EQ, IF, VOID, UNREACHABLE, END, END));
        return counting(join(ifMarker(store(POISON, i32(1))), check));
    }

    /** Works twice as long every third frame; what it works out is of no use, but no compiler knows that. */
    static byte[] slowsDown() {
        return counting(join(
                i32(1),
                load(COUNT),
                i32(3),
                bytes(I32_DIV_U, I32_SHL, LOCAL_SET, 2),
                bytes(LOOP, VOID),
                store(POISON, join(load(POISON), i32(1_103_515_245), bytes(I32_MUL, LOCAL_GET, 2, I32_XOR))),
                bytes(LOCAL_GET, 2),
                i32(1),
                bytes(I32_SUB, LOCAL_TEE, 2, BR_IF, 0, END)));
    }
}
