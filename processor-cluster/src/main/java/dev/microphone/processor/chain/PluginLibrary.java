package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.CompiledPluginCache;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginMemory;
import dev.microphone.processor.wasm.PluginMemoryException;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.PluginReplaced;
import dev.microphone.schemas.event.PluginResumed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Loads plugins, each once, warms them up, hands out chains of them, and replaces them while streams run. Any thread;
 * loading is slow and happens on the calling one, never on a thread with live streams.
 */
public final class PluginLibrary implements AutoCloseable {
    /** RNNoise runs at its final speed after some 500 to 900. */
    public static final int DEFAULT_WARM_UP_FRAMES = 1_000;

    /** The version that runs and three to go back to. */
    public static final int MAX_VERSIONS = 4;

    /** Names of plugins known at once; more is a client that invents names. */
    static final int MAX_PLUGINS = 256;

    private final PluginFiles files;
    private final Watchdog watchdog;
    private final PluginMemory memory;
    private final PluginLoader loader;
    private final Replacements replacements = new Replacements();
    private final Map<PluginSpec, PluginSlot> slots = new ConcurrentHashMap<>();
    /** Of each plugin by its reference, the one that runs first. */
    private final Map<String, List<PluginVersion>> versions = new ConcurrentSkipListMap<>();

    private final ExecutorService background = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("plugin-pool").factory());

    /** With half of the heap for all plugins together. */
    public PluginLibrary(
            PluginFiles files,
            PluginLimits limits,
            @Nullable CompiledPluginCache cache,
            Watchdog watchdog,
            int warmUpFrames,
            Consumer<String> warnings) {
        this(files, limits, PluginMemory.halfOfTheHeap(), cache, watchdog, warmUpFrames, warnings);
    }

    /**
     * @param limits of each plugin whose {@link PluginSpec} names none of its own
     * @param memory what all instances and their snapshots may have together
     * @param cache null to compile each plugin anew
     * @param warmUpFrames 0 where the first frames may be slow
     * @param warnings told, in one line, what is wrong but not fatal
     */
    public PluginLibrary(
            PluginFiles files,
            PluginLimits limits,
            PluginMemory memory,
            @Nullable CompiledPluginCache cache,
            Watchdog watchdog,
            int warmUpFrames,
            Consumer<String> warnings) {
        this.files = files;
        this.memory = memory;
        this.watchdog = watchdog;
        this.loader = new PluginLoader(limits, memory, cache, warmUpFrames, watchdog, warnings, background);
    }

    /**
     * Loads and warms what the chain needs. A plugin that is in use already keeps its version.
     *
     * @throws PluginRejectedException names the plugin and the reason, in one line
     */
    public PreparedChain prepare(ChainSpec spec) throws PluginRejectedException {
        return prepare(spec, false);
    }

    /**
     * The same for a process in which nothing is live yet, and somebody waits: returns before the plugins are warm. Frames
     * must wait until {@link #keepingUp}. The warm-up goes on beside the streams, and until it is over the plugins' frames
     * may take ten times their limit.
     */
    public PreparedChain prepareSoon(ChainSpec spec) throws PluginRejectedException {
        return prepare(spec, true);
    }

    /**
     * Done when all plugins that were prepared soon before this call have passed frames of all kinds, in the mean within
     * their limit; with a {@link PluginRejectedException}, which names the plugin, when one of them failed.
     */
    public CompletableFuture<Void> keepingUp() {
        return loader.keepingUp();
    }

    private synchronized PreparedChain prepare(ChainSpec spec, boolean isLiveSoon) throws PluginRejectedException {
        forgetUnused();
        // One version of a plugin, however often it stands in the chain.
        Map<String, PluginVersion> wanted = new HashMap<>();
        for (PluginSpec plugin : spec.plugins()) {
            try {
                begin(plugin, wanted, isLiveSoon);
            } catch (PluginRejectedException e) {
                throw refused(plugin, e);
            }
        }
        List<PluginSlot> chain = new ArrayList<>();
        try (Watch watch = watchdog.newWatch()) {
            for (PluginSpec plugin : spec.plugins()) {
                try {
                    chain.add(slot(plugin, Objects.requireNonNull(wanted.get(plugin.reference())), watch));
                } catch (PluginRejectedException e) {
                    throw refused(plugin, e);
                }
            }
        }
        return new PreparedChain(spec, chain, replacements, watchdog);
    }

    private PluginRejectedException refused(PluginSpec plugin, PluginRejectedException e) {
        String parameter = e.parameter();
        PluginVersion version = current(plugin.reference());
        boolean isOfficial = version == null || version.origin().equals(PluginFiles.OFFICIAL);
        return e.about(
                plugin.toString(),
                parameter == null || !isOfficial ? "" : OfficialParameters.hint(plugin.reference(), parameter));
    }

    /** Has all of a chain's modules be compiled and warmed side by side. */
    private void begin(PluginSpec spec, Map<String, PluginVersion> wanted, boolean isLiveSoon)
            throws PluginRejectedException {
        PluginVersion version = current(spec.reference());
        if (version == null) {
            version = wanted.get(spec.reference());
        }
        if (version == null) {
            version = files.version(spec);
        }
        wanted.put(spec.reference(), version);
        if (!slots.containsKey(spec)) {
            loader.begin(spec, version, isLiveSoon);
        }
    }

    private PluginSlot slot(PluginSpec spec, PluginVersion version, Watch watch) throws PluginRejectedException {
        PluginSlot slot = slots.get(spec);
        if (slot == null) {
            slot = new PluginSlot(spec, loader.load(spec, version, runningBudget(spec), PluginPool.READY, watch));
            slots.put(spec, slot);
            if (current(spec.reference()) == null) {
                versions.put(spec.reference(), List.of(version));
            }
        }
        return slot;
    }

    /** That of the same plugin with other parameters, where it runs already. */
    private VersionBudget runningBudget(PluginSpec spec) {
        return slots.values().stream()
                .filter(slot -> slot.spec().withoutParameters().equals(spec.withoutParameters()))
                .map(slot -> slot.state().pool().versionBudget())
                .findAny()
                .orElseGet(VersionBudget::new);
    }

    private @Nullable PluginVersion current(String reference) {
        List<PluginVersion> history = versions.get(reference);
        return history == null ? null : history.get(0);
    }

    private void forgetUnused() {
        List<PluginSlot> unused =
                slots.values().stream().filter(slot -> !slot.isUsed()).toList();
        slots.values().removeAll(unused);
        unused.forEach(slot -> slot.state().pool().release());
        loader.retain(digest -> versions.values().stream()
                .flatMap(Collection::stream)
                .anyMatch(version -> version.digest().equals(digest)));
    }

    /**
     * Has all streams that use the plugin go on with another version, each from its next frame on. All that it needs is
     * made before. A plugin that no chain uses is checked and warmed all the same, for the chain that will.
     *
     * @return what changed; empty when that version runs already
     * @throws PluginRejectedException when it cannot be used with the parameters and limits of every chain: then
     *     nothing has changed
     */
    public synchronized Optional<PluginReplaced> replace(String reference, PluginVersion version)
            throws PluginRejectedException {
        List<PluginVersion> history = versions.getOrDefault(reference, List.of());
        if (!history.isEmpty() && history.get(0).digest().equals(version.digest())) {
            return Optional.empty();
        }
        if (history.isEmpty() && versions.size() >= MAX_PLUGINS) {
            throw new PluginRejectedException("is one more than the " + MAX_PLUGINS + " plugins allowed at once");
        }
        List<PluginVersion> now = new ArrayList<>(history);
        now.add(0, version);
        return Optional.of(install(reference, now.subList(0, Math.min(now.size(), MAX_VERSIONS))));
    }

    /**
     * Goes back to the version before.
     *
     * @return what changed; empty when none is kept
     * @throws PluginRejectedException when it does not take the parameters or limits of today's chains
     */
    public synchronized Optional<PluginReplaced> rollBack(String reference) throws PluginRejectedException {
        List<PluginVersion> history = versions.getOrDefault(reference, List.of());
        return history.size() < 2
                ? Optional.empty()
                : Optional.of(install(reference, history.subList(1, history.size())));
    }

    private PluginReplaced install(String reference, List<PluginVersion> history) throws PluginRejectedException {
        forgetUnused();
        PluginVersion version = history.get(0);
        Map<PluginSlot, PluginPool> pools = new LinkedHashMap<>();
        Map<PluginSpec, VersionBudget> budgets = new HashMap<>();
        boolean loaded = false;
        try (Watch watch = watchdog.newWatch()) {
            for (PluginSlot slot : slotsOf(reference)) {
                int ready = slot.stages() + PluginPool.READY;
                VersionBudget budget =
                        budgets.computeIfAbsent(slot.spec().withoutParameters(), alike -> new VersionBudget());
                pools.put(slot, loader.load(slot.spec(), version, budget, ready, watch));
            }
            if (pools.isEmpty()) {
                loader.load(new PluginSpec(reference, Map.of()), version, new VersionBudget(), 0, watch)
                        .release();
            }
            loaded = true;
        } finally {
            if (!loaded) {
                pools.values().forEach(PluginPool::release);
            }
        }
        PluginVersion before = current(reference);
        int stages = 0;
        int latency = 0;
        int latencyBefore = 0;
        for (Map.Entry<PluginSlot, PluginPool> entry : pools.entrySet()) {
            PluginSlot slot = entry.getKey();
            stages += slot.stages();
            latencyBefore =
                    Math.max(latencyBefore, slot.latencySamples(slot.state().pool()));
            latency = Math.max(latency, slot.latencySamples(entry.getValue()));
        }
        List<PluginPool> replaced =
                pools.keySet().stream().map(slot -> slot.state().pool()).toList();
        replacements.publish(() -> pools.forEach(PluginSlot::replace));
        replaced.forEach(PluginPool::release);
        versions.put(reference, List.copyOf(history));
        return new PluginReplaced(
                reference,
                version.digest(),
                before == null ? "" : before.digest(),
                version.origin(),
                version.signer(),
                stages,
                latency,
                latencyBefore);
    }

    /** Gives the plugin a full fault budget wherever it is left out. */
    public synchronized PluginResumed resume(String reference) {
        int stages = 0;
        List<PluginSlot> affected = slotsOf(reference);
        for (PluginSlot slot : affected) {
            int bypassed = slot.bypassedStages();
            makeReady(slot, bypassed + PluginPool.READY);
            stages += bypassed;
        }
        // Before the slots change: a stage that adopts the change must not find its version left out.
        affected.forEach(slot -> slot.state().pool().versionBudget().refill());
        replacements.publish(() -> affected.forEach(PluginSlot::resume));
        return new PluginResumed(reference, stages);
    }

    private static void makeReady(PluginSlot slot, int count) {
        try {
            slot.state().pool().makeReady(count);
        } catch (PluginMemoryException e) {
            // Those streams for which there is no room say so with their next frame.
        }
    }

    /** What all instances and their snapshots may have together, and have. */
    public PluginMemory memory() {
        return memory;
    }

    private List<PluginSlot> slotsOf(String reference) {
        return slots.values().stream()
                .filter(slot -> slot.spec().reference().equals(reference))
                .toList();
    }

    /** Plugins with parameters and limits that some chain uses, or did until the last change. */
    public int slotCount() {
        return slots.size();
    }

    /** All plugins that were loaded, in alphabetical order. Never waits for one that is being loaded. */
    public List<PluginStatus> statuses() {
        return versions.entrySet().stream()
                .map(entry -> status(entry.getKey(), entry.getValue()))
                .toList();
    }

    private PluginStatus status(String reference, List<PluginVersion> history) {
        List<PluginSlot> own = slotsOf(reference);
        return new PluginStatus(
                reference,
                history.get(0),
                history.stream().skip(1).map(PluginVersion::digest).toList(),
                own.stream().mapToInt(PluginSlot::stages).sum(),
                own.stream().mapToInt(PluginSlot::bypassedStages).sum(),
                own.stream()
                        .anyMatch(slot -> slot.state().pool().versionBudget().isSpent()));
    }

    @Override
    public void close() {
        loader.close();
        background.shutdownNow();
        // What it is about to make would be left over.
        background.close();
        slots.values().forEach(slot -> slot.state().pool().release());
    }
}
