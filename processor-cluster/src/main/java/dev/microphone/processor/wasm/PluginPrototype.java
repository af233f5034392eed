package dev.microphone.processor.wasm;

import dev.microphone.transport.frame.CanonicalAudio;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configured instance that never sees a frame. Others are made from it without running any of the plugin's code, and
 * their snapshots hold what differs from it. Any thread.
 */
public final class PluginPrototype {
    private static final int SHORTEST_FRAME_MILLIS = 5;

    private final PluginInstance instance;
    private final Map<String, String> parameters;
    /** With frames of 5, of 10 and of 20 ms. */
    private final int[] latencySamples = new int[3];

    private @Nullable PluginOrigin origin;

    private PluginPrototype(PluginInstance instance, Map<String, String> parameters) {
        this.instance = instance;
        this.parameters = parameters;
    }

    static PluginPrototype create(PluginModule module, Map<String, String> parameters, Watch watch)
            throws PluginRejectedException {
        PluginPrototype prototype = new PluginPrototype(PluginInstance.create(module, parameters, watch), parameters);
        try {
            prototype.askForLatencies(watch);
            return prototype;
        } catch (PluginMemoryException e) {
            prototype.release();
            throw new PluginRejectedException("cannot be instantiated: " + e.getMessage());
        }
    }

    /** Each length of an instance of its own, that only that is asked: the answer may change what the instance does. */
    private void askForLatencies(Watch watch) {
        boolean depends =
                module().hasFunction(PluginAbi.FRAME_BUFFER) && module().hasFunction(PluginAbi.LATENCY_SAMPLES);
        for (int i = 0; i < latencySamples.length; i++) {
            int frameBytes = CanonicalAudio.samplesPerChannel(SHORTEST_FRAME_MILLIS << i) * CanonicalAudio.BLOCK_LENGTH;
            latencySamples[i] = depends && frameBytes != PluginAbi.USUAL_FRAME_BYTES
                    ? latencySamplesOf(frameBytes, watch)
                    : instance.latencySamples();
        }
    }

    private int latencySamplesOf(int frameBytes, Watch watch) {
        PluginInstance asked = newInstance();
        int samples = asked.latencySamplesOf(frameBytes, watch);
        asked.release();
        return samples;
    }

    /**
     * Another instance in this state. Allocates its memory.
     *
     * @throws PluginMemoryException when there is no room for it
     */
    public PluginInstance newInstance() {
        try {
            return new PluginInstance(this, instance);
        } catch (OutOfMemoryError e) {
            throw PluginMemoryException.ofHeap(e);
        }
    }

    /** Where its instances' memory counts. */
    public PluginMemory totalMemory() {
        return module().totalMemory();
    }

    /** Nothing will be made from it any more. */
    public void release() {
        instance.release();
    }

    public PluginModule module() {
        return instance.module();
    }

    /**
     * Delay of the output against the input at 48 kHz, as the plugin says.
     *
     * @param samplesPerChannel of the frames: 240, 480 or 960
     */
    public int latencySamples(int samplesPerChannel) {
        return latencySamples[
                Integer.numberOfTrailingZeros(
                        samplesPerChannel / CanonicalAudio.samplesPerChannel(SHORTEST_FRAME_MILLIS))];
    }

    /** @throws IllegalArgumentException when the snapshot is of another module, or of one configured otherwise */
    public void requireOrigin(PluginSnapshot snapshot) {
        if (!snapshot.isOf(this)) {
            PluginOrigin found = snapshot.origin();
            PluginOrigin needed = origin();
            requireEqual("module", found.moduleDigest(), needed.moduleDigest());
            requireEqual("parameters", found.parameters(), needed.parameters());
            requireEqual("fresh instance", found.freshDigest(), needed.freshDigest());
        }
    }

    private static void requireEqual(String what, String found, String needed) {
        if (!found.equals(needed)) {
            throw new IllegalArgumentException(
                    "snapshot of " + what + " '" + found.strip().replace('\n', ',') + "': this is '"
                            + needed.strip().replace('\n', ',') + "'");
        }
    }

    long stackPointer() {
        return instance.stackPointer();
    }

    byte[] memory() {
        return instance.memory().bytes();
    }

    /** Hashes the memory the first time: not for a thread with live streams. */
    public synchronized PluginOrigin origin() {
        PluginOrigin known = origin;
        if (known == null) {
            MessageDigest sha256 = Digests.newSha256();
            sha256.update(memory());
            long[] globals = instance.globals();
            ByteBuffer rest = ByteBuffer.allocate(globals.length * Long.BYTES + Integer.BYTES);
            rest.asLongBuffer().put(globals);
            rest.putInt(globals.length * Long.BYTES, instance.latencySamples());
            sha256.update(rest);
            known = new PluginOrigin(
                    module().digest(), PluginAbi.parameterLines(parameters), Digests.hex(sha256.digest()));
            origin = known;
        }
        return known;
    }
}
