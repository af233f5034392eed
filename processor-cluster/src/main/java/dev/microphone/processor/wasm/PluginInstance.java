package dev.microphone.processor.wasm;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One plugin at work on one stream: its own memory, and calls into it that end within their limits whatever it does.
 *
 * <p>Owned by one thread at a time. Allocates nothing per frame. After a fault it is spent: its memory may be
 * inconsistent, so it is thrown away.
 */
public final class PluginInstance {
    private final PluginModule module;
    private final FlatMemory memory;
    private final Instance instance;
    private final MethodHandle processFrame;
    private final @Nullable MethodHandle processReference;
    private final @Nullable MethodHandle frameBuffer;
    private final boolean referenceReturns;
    private final int fallbackAddress;
    private final @Nullable PluginPrototype prototype;
    private int latencySamples;
    private int frameLength = -1;
    private int frameAddress;
    private int result;
    private boolean used;
    private boolean spent;
    private @Nullable Throwable lastThrown;

    private PluginInstance(PluginModule module) {
        this.module = module;
        this.prototype = null;
        this.memory = module.newMemory();
        this.instance = module.newWasmInstance(memory);
        this.processFrame = module.function(PluginAbi.PROCESS_FRAME, int.class, int.class, int.class);
        this.frameBuffer = module.hasFunction(PluginAbi.FRAME_BUFFER)
                ? module.function(PluginAbi.FRAME_BUFFER, int.class, int.class)
                : null;
        this.referenceReturns = module.takesReference()
                && !instance.exportType(PluginAbi.PROCESS_REFERENCE).returns().isEmpty();
        this.processReference = module.takesReference()
                ? module.function(
                        PluginAbi.PROCESS_REFERENCE, referenceReturns ? int.class : void.class, int.class, int.class)
                : null;
        Integer heapBase = module.globalIndex(PluginAbi.HEAP_BASE);
        this.fallbackAddress =
                heapBase == null ? 0 : (int) instance.global(heapBase).getValue();
    }

    /** As {@code original} is, without running any of the plugin's code. */
    PluginInstance(PluginPrototype prototype, PluginInstance original) {
        this.prototype = prototype;
        this.module = original.module;
        this.memory = new FlatMemory(original.memory);
        this.instance = module.newWasmInstance(memory);
        this.processFrame = original.processFrame;
        this.frameBuffer = original.frameBuffer;
        this.referenceReturns = original.referenceReturns;
        this.processReference = original.processReference;
        this.fallbackAddress = original.fallbackAddress;
        this.latencySamples = original.latencySamples;
        for (int global : module.mutableGlobals()) {
            instance.global(global).setValue(original.instance.global(global).getValue());
        }
    }

    static PluginInstance create(PluginModule module, Map<String, String> parameters, Watch watch)
            throws PluginRejectedException {
        PluginInstance plugin;
        try {
            plugin = new PluginInstance(module);
        } catch (RuntimeException e) {
            throw new PluginRejectedException("cannot be instantiated: " + PluginFinding.oneLine(e));
        }
        try {
            plugin.begin(parameters, watch);
            return plugin;
        } catch (PluginRejectedException e) {
            plugin.release();
            throw e;
        }
    }

    private void begin(Map<String, String> parameters, Watch watch) throws PluginRejectedException {
        callIfPresent(PluginAbi.INITIALIZE, watch);
        long version = callIfPresent(PluginAbi.ABI_VERSION, watch);
        if (module.hasFunction(PluginAbi.ABI_VERSION) && version != PluginAbi.VERSION) {
            throw new PluginRejectedException(
                    "has ABI version " + version + ": version " + PluginAbi.VERSION + " is needed");
        }
        configure(parameters, watch);
        // The parameters' text has taken the place of a frame, and the delay may follow from a frame's length.
        callIfPresent(PluginAbi.FRAME_BUFFER, watch, PluginAbi.USUAL_FRAME_BYTES);
        latencySamples = (int) callIfPresent(PluginAbi.LATENCY_SAMPLES, watch);
        if (latencySamples < 0) {
            throw new PluginRejectedException("has a latency of " + latencySamples + " samples: must be at least 0");
        }
    }

    /**
     * Asks for the delay with frames of another length; this instance is good for nothing else afterwards.
     *
     * @return what it says; where it fails, or says nonsense, what it said for frames of 20 ms: it will fail on such
     *     frames too, and they pass as they are
     */
    int latencySamplesOf(int frameBytes, Watch watch) {
        try {
            callIfPresent(PluginAbi.FRAME_BUFFER, watch, frameBytes);
            int samples = (int) callIfPresent(PluginAbi.LATENCY_SAMPLES, watch);
            return samples < 0 ? latencySamples : samples;
        } catch (PluginRejectedException e) {
            return latencySamples;
        }
    }

    public PluginModule module() {
        return module;
    }

    /** Delay of the output against the input at 48 kHz, as the plugin says of frames of 20 ms. */
    public int latencySamples() {
        return latencySamples;
    }

    /**
     * Runs a frame through the plugin, in place.
     *
     * @param pcm canonical audio; changed only when the call succeeds. Where the plugin left less than it got, the rest
     *     is silence
     * @param frameBudgetNs after which the call is stopped
     * @return {@link PluginFault#NONE}, or why the frame is as it was and this instance is spent
     */
    public PluginFault process(byte[] pcm, int offset, int length, Watch watch, long frameBudgetNs) {
        PluginFault fault = call(processFrame, true, pcm, offset, length, watch, frameBudgetNs);
        if (fault == PluginFault.NONE) {
            fault = faultOfLength(length);
        }
        if (fault == PluginFault.NONE) {
            memory.read(frameAddress, pcm, offset, result);
            Arrays.fill(pcm, offset + result, offset + length, (byte) 0);
        } else {
            spent = true;
        }
        return fault;
    }

    /** Gives the plugin a frame of the far end; nothing comes back. Without the export, nothing happens. */
    public PluginFault processReference(byte[] pcm, int offset, int length, Watch watch, long frameBudgetNs) {
        MethodHandle handle = processReference;
        if (handle == null) {
            return PluginFault.NONE;
        }
        PluginFault fault = call(handle, referenceReturns, pcm, offset, length, watch, frameBudgetNs);
        if (fault == PluginFault.NONE && referenceReturns && result < 0) {
            fault = PluginFault.REPORTED;
        }
        spent |= fault != PluginFault.NONE;
        return fault;
    }

    private PluginFault call(
            MethodHandle handle, boolean returns, byte[] pcm, int offset, int length, Watch watch, long frameBudgetNs) {
        if (spent) {
            throw new IllegalStateException("a plugin instance is not used again after a fault");
        }
        used = true;
        arm(watch, frameBudgetNs);
        PluginFault fault = PluginFault.NONE;
        try {
            locate(length);
            memory.write(frameAddress, pcm, offset, length);
            if (returns) {
                result = (int) handle.invokeExact(frameAddress, length, (Memory) memory, instance);
            } else {
                handle.invokeExact(frameAddress, length, (Memory) memory, instance);
            }
        } catch (Throwable e) {
            spent = true;
            fault = faultOf(e);
        }
        return watch.disarm() ? PluginFault.TIME_LIMIT : fault;
    }

    private void locate(int length) throws Throwable {
        if (length != frameLength) {
            MethodHandle handle = frameBuffer;
            frameAddress =
                    handle == null ? fallbackAddress : (int) handle.invokeExact(length, (Memory) memory, instance);
            makeRoom(length);
            frameLength = length;
        }
    }

    /** Behind {@code __heap_base} there may be no memory yet. */
    private void makeRoom(int length) throws BadFrameAddressException {
        long end = Integer.toUnsignedLong(frameAddress) + length;
        long missing = end - memory.bytes().length;
        if (missing > 0
                && (frameBuffer != null
                        || memory.grow((int) ((missing + Memory.PAGE_SIZE - 1) / Memory.PAGE_SIZE)) < 0)) {
            throw new BadFrameAddressException();
        }
    }

    private void arm(Watch watch, long budgetNs) {
        long nowNs = System.nanoTime();
        boolean relaxed = module.loopPoll().isRelaxed(nowNs);
        long allowedNs = relaxed
                ? Math.max(budgetNs, LoopPoll.RELAXATION * module.limits().frameBudgetNs())
                : budgetNs;
        watch.arm(memory, module.loopPoll(), nowNs + allowedNs);
    }

    private PluginFault faultOfLength(int length) {
        if (result < 0) {
            return PluginFault.REPORTED;
        }
        return result > length || result % 4 != 0 ? PluginFault.BAD_LENGTH : PluginFault.NONE;
    }

    private PluginFault faultOf(Throwable thrown) {
        lastThrown = thrown;
        return switch (thrown) {
            case PluginStoppedException e -> PluginFault.TIME_LIMIT;
            case CallDepthException e -> PluginFault.STACK_LIMIT;
            case StackOverflowError e -> PluginFault.STACK_LIMIT;
            case BadFrameAddressException e -> PluginFault.BAD_FRAME_ADDRESS;
            // Traps of Chicory, and those of the JVM: division by zero, index out of bounds, no memory left.
            default -> PluginFault.TRAP;
        };
    }

    /** What the last fault was, in words; empty when there is none. */
    public String lastFaultMessage() {
        Throwable thrown = lastThrown;
        return thrown == null || thrown.getMessage() == null ? "" : thrown.getMessage();
    }

    /** Puts the plugin's state back to its beginning, where it can ({@code reset} is optional). */
    public boolean reset(Watch watch) {
        if (!module.hasFunction(PluginAbi.RESET)) {
            return false;
        }
        used = true;
        try {
            callIfPresent(PluginAbi.RESET, watch);
            return true;
        } catch (PluginRejectedException e) {
            spent = true;
            return false;
        }
    }

    private void configure(Map<String, String> parameters, Watch watch) throws PluginRejectedException {
        if (parameters.isEmpty()) {
            return;
        }
        if (!module.hasFunction(PluginAbi.CONFIGURE)) {
            throw PluginRejectedException.ofParameters("takes no parameters: found " + parameters, null);
        }
        byte[] lines = PluginAbi.parameterLines(parameters).getBytes(StandardCharsets.UTF_8);
        PluginFault fault = call(
                module.function(PluginAbi.CONFIGURE, int.class, int.class, int.class),
                true,
                lines,
                0,
                lines.length,
                watch,
                module.limits().warmUpFrameBudgetNs());
        frameLength = -1;
        if (fault != PluginFault.NONE || result < 0) {
            spent = true;
            throw refusal(parameters, fault);
        }
    }

    /** A refusal of −n means line n. */
    private PluginRejectedException refusal(Map<String, String> parameters, PluginFault fault) {
        if (fault == PluginFault.NONE && result >= -parameters.size()) {
            Map.Entry<String, String> refused = parameters.entrySet().stream()
                    .skip(-result - 1L)
                    .findFirst()
                    .orElseThrow();
            return PluginRejectedException.ofParameters("refuses its parameter " + refused, refused.getKey());
        }
        return PluginRejectedException.ofParameters(
                "does not accept its parameters " + parameters
                        + (fault == PluginFault.NONE ? "" : " (" + fault.label() + ")"),
                null);
    }

    private long callIfPresent(String export, Watch watch, long... arguments) throws PluginRejectedException {
        if (!module.hasFunction(export)) {
            return 0;
        }
        arm(watch, module.limits().warmUpFrameBudgetNs());
        long[] results = null;
        PluginFault fault = PluginFault.NONE;
        try {
            results = instance.export(export).apply(arguments);
        } catch (Throwable e) {
            spent = true;
            fault = faultOf(e);
        }
        if (watch.disarm()) {
            fault = PluginFault.TIME_LIMIT;
        }
        if (fault != PluginFault.NONE) {
            throw new PluginRejectedException("fails in " + export + ": " + fault.label() + " " + lastFaultMessage());
        }
        return results == null || results.length == 0 ? 0 : results[0];
    }

    /**
     * Copies the state between two frames into a snapshot; of the memory, what differs from a fresh instance's. Where the
     * module exports its stack pointer, neither the dead stack nor the frame's place is copied. Some microseconds and,
     * once the snapshot has grown to its size, no allocation.
     *
     * @throws PluginMemoryException when there is no room for it to grow; the snapshot is then empty
     */
    public void take(PluginSnapshot target) {
        PluginPrototype base = prototype;
        if (base == null || spent) {
            throw new IllegalStateException(
                    spent
                            ? "a spent instance has no state to go on from"
                            : "only instances of a prototype have snapshots");
        }
        int[] mutable = module.mutableGlobals();
        target.prepare(base, mutable.length, memory.segmentWords());
        boolean placed = module.exportsStackPointer() && frameLength > 0;
        int deadBelow = deadStackBytes(base);
        int idleFrom = placed ? Math.max(deadBelow, frameAddress) : deadBelow;
        int idleTo = placed ? Math.max(idleFrom, frameAddress + frameLength) : deadBelow;
        target.memory().take(memory.bytes(), base.memory(), deadBelow, idleFrom, idleTo);
        for (int i = 0; i < mutable.length; i++) {
            target.globals[i] = instance.global(mutable[i]).getValue();
        }
        memory.droppedSegments(target.droppedSegments);
        target.frameLength = frameLength;
        target.frameAddress = frameAddress;
    }

    /**
     * Goes on from a snapshot; only for an instance that has not seen a frame.
     *
     * @throws IllegalArgumentException when it is of another module, of other parameters, or does not fit into the
     *     memory limit; the instance is then as it was
     */
    public void restore(PluginSnapshot snapshot) {
        PluginPrototype base = prototype;
        if (base == null || used) {
            throw new IllegalStateException("only a fresh instance of a prototype takes a snapshot");
        }
        base.requireOrigin(snapshot);
        int[] mutable = module.mutableGlobals();
        if (snapshot.globals.length != mutable.length || snapshot.droppedSegments.length != memory.segmentWords()) {
            throw new IllegalArgumentException(
                    "snapshot with " + snapshot.globals.length + " mutable globals: the module has " + mutable.length);
        }
        int missingBytes = snapshot.memory().memoryBytes() - memory.bytes().length;
        if (missingBytes < 0 || memory.grow(missingBytes / Memory.PAGE_SIZE) < 0) {
            throw new IllegalArgumentException(
                    "snapshot of " + snapshot.memory().memoryBytes() + " bytes of memory: the plugin may have "
                            + module.limits().memoryBytes() + " and begins with " + base.memory().length);
        }
        snapshot.memory().restore(memory.bytes());
        for (int i = 0; i < mutable.length; i++) {
            instance.global(mutable[i]).setValue(snapshot.globals[i]);
        }
        memory.dropSegments(snapshot.droppedSegments);
        frameLength = snapshot.frameLength;
        frameAddress = snapshot.frameAddress;
    }

    /** What lies below the stack pointer; never above where a fresh instance has it, whatever the plugin made of it. */
    private int deadStackBytes(PluginPrototype base) {
        return (int) Math.min(stackPointer(), base.stackPointer());
    }

    /** As an address; 0 where the module does not export it. */
    long stackPointer() {
        Integer global = module.globalIndex(PluginAbi.STACK_POINTER);
        if (global == null) {
            return 0;
        }
        return Math.min(Integer.toUnsignedLong((int) instance.global(global).getValue()), memory.bytes().length);
    }

    long[] globals() {
        int[] mutable = module.mutableGlobals();
        long[] values = new long[mutable.length];
        for (int i = 0; i < mutable.length; i++) {
            values[i] = instance.global(mutable[i]).getValue();
        }
        return values;
    }

    FlatMemory memory() {
        return memory;
    }

    /** It will not be used again: its memory counts no longer among that of all plugins. For the owner. */
    public void release() {
        spent = true;
        memory.release();
    }

    /** The whole memory between two frames, for tools that look at a plugin. Allocates. */
    public byte[] copyOfMemory() {
        return memory.bytes().clone();
    }

    /** Memory that the instance holds, bytes. */
    public int memoryBytes() {
        return memory.bytes().length;
    }
}
