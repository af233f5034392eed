package dev.microphone.processor.wasm;

import com.dylibso.chicory.runtime.Memory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;

/**
 * The poll inside a module's innermost loops, which costs nothing until it is needed.
 *
 * <p>A memory read in every turn of a loop keeps the JIT from unrolling it and from holding values in registers
 * (RNNoise: 217 instead of 169 µs a frame). So innermost loops, which normally end within microseconds, call a
 * {@link MutableCallSite} whose target does nothing: the JIT removes it. Should a call be told to stop and still run
 * some milliseconds later, it is in such a loop; {@link #arm} then changes the target to the real poll, the JVM drops
 * the code that assumed the old one at its next safepoint, and the loop ends. The module stays armed: it has shown what
 * it does.
 */
final class LoopPoll {
    private static final MethodType TYPE = MethodType.methodType(void.class, Memory.class);

    /**
     * Dropping compiled code makes the module's other instances slow until it is compiled again; their time limits are
     * relaxed for that long.
     */
    static final long RECOMPILATION_NS = 2_000_000_000L;

    /**
     * By that factor: 50 ms for the default of 5, what a frame of RNNoise takes in the interpreter. Not more: the plugin
     * that has just not returned gets it, too, on a live thread.
     */
    static final int RELAXATION = 10;

    private final MutableCallSite callSite = new MutableCallSite(MethodHandles.empty(TYPE));
    private final MethodHandle handle = callSite.dynamicInvoker();
    private boolean armed;
    private volatile long relaxedUntilNs = Long.MIN_VALUE;

    MethodHandle handle() {
        return handle;
    }

    /** Makes the poll real, for good. Any thread; later calls do nothing. */
    synchronized void arm(long nowNs) {
        if (armed) {
            return;
        }
        try {
            long recompiledNs = nowNs + RECOMPILATION_NS;
            // A stop in the first half minute must not end that one's relief.
            if (relaxedUntilNs == Long.MIN_VALUE || recompiledNs - relaxedUntilNs > 0) {
                relaxedUntilNs = recompiledNs;
            }
            callSite.setTarget(MethodHandles.lookup().findStatic(PluginRuntime.class, "poll", TYPE));
            MutableCallSite.syncAll(new MutableCallSite[] {callSite});
            armed = true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The module's code is live while the JIT still compiles it: its time limits are relaxed until then. Any thread.
     *
     * @param untilNs as {@link System#nanoTime}
     */
    synchronized void relax(long untilNs) {
        relaxedUntilNs = untilNs;
    }

    /** Whether the module's code is being compiled anew after {@link #arm}, or at all ({@link #relax}). */
    boolean isRelaxed(long nowNs) {
        long until = relaxedUntilNs;
        return until != Long.MIN_VALUE && nowNs - until < 0;
    }
}
