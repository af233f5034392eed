package dev.microphone.processor.wasm;

import com.dylibso.chicory.runtime.Memory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What compiled plugin code calls back into. Public because that code lives in a class loader of its own; nothing else
 * calls it. Names and types are part of the cache's version: change one, raise {@link PluginCompiler#VERSION}.
 */
public final class PluginRuntime {
    public static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    public static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    public static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    public static final VarHandle FLOATS = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    public static final VarHandle DOUBLES =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    private PluginRuntime() {}

    /** The memory's array, for a local variable of compiled code. */
    public static byte[] bytes(Memory memory) {
        return ((FlatMemory) memory).bytes();
    }

    /** On entry to a function that may call itself. */
    public static void enter(Memory memory) {
        ((FlatMemory) memory).enter();
    }

    /** On return from such a function. */
    public static void leave(Memory memory) {
        ((FlatMemory) memory).leave();
    }

    /** In every loop that has loops or calls inside. */
    public static void poll(Memory memory) {
        ((FlatMemory) memory).poll();
    }

    /** The poll of the innermost loops, {@code (Memory)void}: does nothing until the {@link LoopPoll} is armed. */
    public static MethodHandle loopPoll(Class<?> compiledClass) {
        if (compiledClass.getClassLoader() instanceof PluginClassLoader loader) {
            return loader.loopPoll().handle();
        }
        throw new IllegalArgumentException(compiledClass + " is not compiled plugin code");
    }
}
