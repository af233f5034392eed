package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.CompiledPluginCache;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A chain of official plugins over frames that depend on nothing but their sequence, so that two processes give it the
 * same. Its {@link #main} goes on with chains from the snapshots of another process.
 */
final class ContinuedChain implements AutoCloseable {
    /** Generous: a busy test machine must not make a good plugin fail. */
    private static final PluginLimits LIMITS = PluginLimits.defaults().withFrameBudgetNs(20_000_000_000L);

    private final Metrics metrics = new Metrics();
    private final Chain chain;

    /** @param library of the process: what it has loaded once need not be loaded, and compiled by the JIT, for each chain */
    ContinuedChain(String text, PluginLibrary library) throws PluginRejectedException {
        chain = library.prepare(ChainSpec.parse(text))
                .newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, metrics);
    }

    static PluginLibrary library(Path cacheFolder, Watchdog watchdog) {
        return new PluginLibrary(
                PluginFiles.official(), LIMITS, new CompiledPluginCache(cacheFolder), watchdog, 0, warning -> {});
    }

    Chain chain() {
        return chain;
    }

    /** @return all that came out */
    byte[] run(long first, int frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (long sequence = first; sequence < first + frames; sequence++) {
            Frame frame = frame(sequence, sequence);
            chain.processReference(frame(sequence, ~sequence).flags(FrameFlags.REFERENCE));
            chain.process(frame);
            out.write(frame.bytes(), frame.pcmOffset(), frame.pcmLength());
        }
        if (metrics.sum("microphone_plugin_errors_total") > 0) {
            throw new AssertionError("a plugin failed");
        }
        return out.toByteArray();
    }

    /** Hum and noise; some frames of 20 ms, then some of 10. */
    private static Frame frame(long sequence, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Frame frame = new Frame().epoch(1).sequence(sequence).samplesPerChannel(sequence % 16 < 10 ? 960 : 480);
        double hum = random.nextDouble(100, 900);
        for (int i = 0; i < frame.pcmLength(); i += 4) {
            double voice = 6_000 * Math.sin(2 * Math.PI * hum * i / 4 / 48_000);
            int at = frame.pcmOffset() + i;
            frame.buffer().putShort(at, (short) (voice + random.nextInt(-900, 900)), ByteOrder.LITTLE_ENDIAN);
            frame.buffer().putShort(at + 2, (short) (voice + random.nextInt(-900, 900)), ByteOrder.LITTLE_ENDIAN);
        }
        return frame;
    }

    /** @param arguments cache folder; then, for each chain: its text, its snapshot's file, frames, the output's file */
    public static void main(String[] arguments) throws IOException, PluginRejectedException, SnapshotRejectedException {
        try (Watchdog watchdog = Watchdog.start();
                PluginLibrary library = library(Path.of(arguments[0]), watchdog)) {
            for (int i = 1; i < arguments.length; i += 4) {
                ChainSnapshot snapshot = ChainSnapshotFormat.decode(Files.readAllBytes(Path.of(arguments[i + 1])));
                try (ContinuedChain continued = new ContinuedChain(arguments[i], library)) {
                    continued.chain.restore(snapshot);
                    Files.write(
                            Path.of(arguments[i + 3]),
                            continued.run(snapshot.sequence() + 1, Integer.parseInt(arguments[i + 2])));
                }
            }
        }
    }

    @Override
    public void close() {
        chain.close();
    }
}
