package dev.microphone.processor.wasm;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TrapException;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A plugin's linear memory as one array, as long as the plugin has asked for and never longer than its limit.
 *
 * <p>One array instead of Chicory's pages makes RNNoise three times faster. Compiled code reads and writes the array
 * without coming through here (see {@link BytecodeTranslator}); the array's own bounds check is what keeps a plugin
 * inside. Every access outside ends in an exception, never in somebody else's memory.
 *
 * <p>Owned by the thread that runs the instance; only {@link #requestStop()} comes from another.
 */
@SuppressWarnings("removal") // the interface still asks for the methods of threads
final class FlatMemory implements Memory {
    private static final VarHandle STOP;

    static {
        try {
            STOP = MethodHandles.lookup().findVarHandle(FlatMemory.class, "stop", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int initialPages;
    private final int maximumPages;
    private final PluginMemory total;
    private byte[] bytes;
    private boolean released;
    private boolean fresh = true;
    private final boolean copied;
    private DataSegment[] dataSegments = new DataSegment[0];

    @SuppressWarnings("unused") // through STOP
    private boolean stop;

    private int callDepth;
    private final int maximumCallDepth;

    /** @param total where its bytes count, too */
    FlatMemory(int initialPages, int maximumPages, int maximumCallDepth, PluginMemory total) {
        this.initialPages = initialPages;
        this.maximumPages = maximumPages;
        this.maximumCallDepth = maximumCallDepth;
        this.total = total;
        this.bytes = total.allocate((long) initialPages * PAGE_SIZE, () -> new byte[initialPages * PAGE_SIZE]);
        this.copied = false;
    }

    /** In the state of another, which does not change meanwhile. */
    FlatMemory(FlatMemory prototype) {
        this.total = prototype.total;
        this.initialPages = prototype.initialPages;
        this.maximumPages = prototype.maximumPages;
        this.maximumCallDepth = prototype.maximumCallDepth;
        byte[] original = prototype.bytes;
        this.bytes = total.allocate(original.length, original::clone);
        this.dataSegments = prototype.dataSegments.clone();
        this.copied = true;
    }

    /** Nobody will use it any more: its bytes no longer count. A second time does nothing. */
    void release() {
        if (!released) {
            released = true;
            total.release(bytes.length);
        }
    }

    /** The whole memory. Another array after {@link #grow}. */
    byte[] bytes() {
        return bytes;
    }

    /** Copies out without allocating. */
    void read(int address, byte[] target, int offset, int length) {
        checkRange(address, length);
        System.arraycopy(bytes, address, target, offset, length);
    }

    /** Tells running code to end at its next poll. Any thread. There is no way back: the instance is thrown away. */
    void requestStop() {
        STOP.setVolatile(this, true);
    }

    /** Where compiled code looks whether it must end. */
    void poll() {
        if ((boolean) STOP.getOpaque(this)) {
            throw new PluginStoppedException();
        }
    }

    /** On entry to a function that may call itself, directly or through others. */
    void enter() {
        poll();
        if (++callDepth > maximumCallDepth) {
            throw new CallDepthException(maximumCallDepth);
        }
    }

    void leave() {
        callDepth--;
    }

    @Override
    public int pages() {
        return bytes.length / PAGE_SIZE;
    }

    @Override
    public int grow(int morePages) {
        int before = pages();
        if (morePages < 0 || morePages > maximumPages - before) {
            return -1;
        }
        // The plugin's wish, not the host's need: where there is no room it is refused, as WASM has it.
        if (!total.reserve((long) morePages * PAGE_SIZE)) {
            return -1;
        }
        try {
            if (morePages > 0) {
                bytes = Arrays.copyOf(bytes, (before + morePages) * PAGE_SIZE);
            }
        } catch (OutOfMemoryError e) {
            total.release((long) morePages * PAGE_SIZE);
            return -1;
        }
        return before;
    }

    @Override
    public int initialPages() {
        return initialPages;
    }

    @Override
    public int maximumPages() {
        return maximumPages;
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public void initialize(Instance instance, DataSegment[] segments) {
        if (copied) {
            return;
        }
        // Dropping a segment changes the array, and the module's is shared by all of its instances.
        dataSegments = segments.clone();
        for (DataSegment segment : dataSegments) {
            if (segment instanceof ActiveDataSegment active) {
                int address = (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
                write(address, active.data(), 0, active.data().length);
            }
        }
        fresh = false;
    }

    @Override
    public void initPassiveSegment(int segment, int address, int offset, int length) {
        poll();
        byte[] data = dataSegments[segment].data();
        if ((offset | length) < 0 || length > data.length - offset) {
            throw outOfBounds(offset, length);
        }
        write(address, data, offset, length);
    }

    @Override
    public void drop(int segment) {
        dataSegments[segment] = PassiveDataSegment.EMPTY;
    }

    /** How many words {@link #droppedSegments} fills. */
    int segmentWords() {
        return (dataSegments.length + Long.SIZE - 1) / Long.SIZE;
    }

    /** A bit for each data segment that is gone. */
    void droppedSegments(long[] bits) {
        Arrays.fill(bits, 0);
        for (int i = 0; i < dataSegments.length; i++) {
            if (dataSegments[i].equals(PassiveDataSegment.EMPTY)) {
                bits[i / Long.SIZE] |= 1L << i;
            }
        }
    }

    void dropSegments(long[] bits) {
        for (int i = 0; i < dataSegments.length; i++) {
            if ((bits[i / Long.SIZE] >>> i & 1) != 0) {
                drop(i);
            }
        }
    }

    @Override
    public void zero() {
        if (!fresh && !copied) {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    @Override
    public void fill(byte value, int from, int to) {
        poll();
        if (from < 0 || to < from || to > bytes.length) {
            throw outOfBounds(from, to - from);
        }
        Arrays.fill(bytes, from, to, value);
    }

    @Override
    public void copy(int target, int source, int length) {
        poll();
        checkRange(target, length);
        checkRange(source, length);
        System.arraycopy(bytes, source, bytes, target, length);
    }

    @Override
    public void write(int address, byte[] source, int offset, int length) {
        checkRange(address, length);
        System.arraycopy(source, offset, bytes, address, length);
    }

    @Override
    public byte read(int address) {
        checkRange(address, 1);
        return bytes[address];
    }

    @Override
    public byte[] readBytes(int address, int length) {
        checkRange(address, length);
        return Arrays.copyOfRange(bytes, address, address + length);
    }

    @Override
    public void writeByte(int address, byte value) {
        checkRange(address, 1);
        bytes[address] = value;
    }

    @Override
    public short readShort(int address) {
        checkRange(address, Short.BYTES);
        return (short) PluginRuntime.SHORTS.get(bytes, address);
    }

    @Override
    public long readU16(int address) {
        return Short.toUnsignedLong(readShort(address));
    }

    @Override
    public void writeShort(int address, short value) {
        checkRange(address, Short.BYTES);
        PluginRuntime.SHORTS.set(bytes, address, value);
    }

    @Override
    public int readInt(int address) {
        checkRange(address, Integer.BYTES);
        return (int) PluginRuntime.INTS.get(bytes, address);
    }

    @Override
    public void writeI32(int address, int value) {
        checkRange(address, Integer.BYTES);
        PluginRuntime.INTS.set(bytes, address, value);
    }

    @Override
    public long readLong(int address) {
        checkRange(address, Long.BYTES);
        return (long) PluginRuntime.LONGS.get(bytes, address);
    }

    @Override
    public void writeLong(int address, long value) {
        checkRange(address, Long.BYTES);
        PluginRuntime.LONGS.set(bytes, address, value);
    }

    @Override
    public float readFloat(int address) {
        return Float.intBitsToFloat(readInt(address));
    }

    @Override
    public long readF32(int address) {
        return readInt(address);
    }

    @Override
    public void writeF32(int address, float value) {
        writeI32(address, Float.floatToRawIntBits(value));
    }

    @Override
    public double readDouble(int address) {
        return Double.longBitsToDouble(readLong(address));
    }

    @Override
    public long readF64(int address) {
        return readLong(address);
    }

    @Override
    public void writeF64(int address, double value) {
        writeLong(address, Double.doubleToRawLongBits(value));
    }

    @Override
    public Object lock(int address) {
        throw noThreads();
    }

    @Override
    public int waitOn(int address, int expected, long timeoutNs) {
        throw noThreads();
    }

    @Override
    public int waitOn(int address, long expected, long timeoutNs) {
        throw noThreads();
    }

    @Override
    public int notify(int address, int maxThreads) {
        throw noThreads();
    }

    private void checkRange(int address, int length) {
        if ((address | length) < 0 || length > bytes.length - address) {
            throw outOfBounds(address, length);
        }
    }

    private TrapException outOfBounds(int address, int length) {
        return new TrapException("out of bounds memory access: " + Integer.toUnsignedString(length) + " bytes at "
                + Integer.toUnsignedString(address) + " of " + bytes.length);
    }

    private static UnsupportedOperationException noThreads() {
        return new UnsupportedOperationException("plugins have no threads");
    }
}
