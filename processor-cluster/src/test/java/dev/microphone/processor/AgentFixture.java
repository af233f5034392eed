package dev.microphone.processor;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.PluginFaulted;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** A processor between frames that a test has made and a list of what it delivers, with a clock that is moved by hand. */
abstract class AgentFixture {
    static final long STREAM = 42;

    /** Generous: a busy test machine must not make a good plugin fail. */
    static final PluginLimits LIMITS = PluginLimits.defaults().withFrameBudgetNs(20_000_000_000L);

    final Watchdog watchdog = Watchdog.start();
    final Metrics metrics = new Metrics();
    final Deque<Frame> arriving = new ArrayDeque<>();
    final List<Frame> delivered = new ArrayList<>();
    final List<ControlEvent> events = new ArrayList<>();
    boolean room = true;
    long nowNs;

    @AfterEach
    void stop() {
        watchdog.close();
    }

    PreparedChain chain(PluginLimits limits, byte[]... plugins) {
        List<PluginSpec> specs = new ArrayList<>();
        for (int i = 0; i < plugins.length; i++) {
            specs.add(new PluginSpec("p" + i, Map.of()));
        }
        return chain(limits, specs, plugins);
    }

    PreparedChain chain(PluginLimits limits, List<PluginSpec> specs, byte[]... plugins) {
        PluginLibrary library = new PluginLibrary(
                spec -> plugins[Integer.parseInt(spec.reference().substring(1))],
                limits,
                null,
                watchdog,
                0,
                text -> {});
        try {
            return library.prepare(new ChainSpec(specs));
        } catch (PluginRejectedException e) {
            throw new AssertionError(e);
        }
    }

    ProcessorAgent agent(PreparedChain chain, ProcessorSettings settings) {
        return new ProcessorAgent(
                "0",
                this::poll,
                this::deliver,
                streamId -> chain,
                events::add,
                settings,
                watchdog,
                metrics,
                () -> nowNs);
    }

    ProcessorAgent agent(byte[]... plugins) {
        return agent(chain(LIMITS, plugins), ProcessorSettings.defaults());
    }

    int poll(FrameHandler handler, int limit) {
        int taken = 0;
        // As a subscription does: each time it hands over the bytes as they came.
        while (taken < limit && !arriving.isEmpty() && handler.onFrame(new Frame().copyFrom(arriving.getFirst()))) {
            arriving.removeFirst();
            taken++;
        }
        return taken;
    }

    boolean deliver(Frame frame) {
        if (room) {
            delivered.add(new Frame().copyFrom(frame));
        }
        return room;
    }

    static Frame frame(long sequence, int firstWord) {
        Frame frame = new Frame().streamId(STREAM).epoch(1).sequence(sequence).samplesPerChannel(480);
        byte[] bytes = frame.bytes();
        for (int i = 0; i < frame.pcmLength(); i++) {
            bytes[frame.pcmOffset() + i] = (byte) (i + sequence);
        }
        frame.buffer().putInt(frame.pcmOffset(), firstWord);
        return frame;
    }

    static byte[] pcm(Frame frame) {
        return Arrays.copyOfRange(frame.bytes(), frame.pcmOffset(), frame.pcmOffset() + frame.pcmLength());
    }

    static byte[] inverted(Frame frame) {
        byte[] pcm = pcm(frame);
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (byte) ~pcm[i];
        }
        return pcm;
    }

    static void runUntilIdle(ProcessorAgent agent) {
        int work = agent.doWork();
        while (work > 0) {
            work = agent.doWork();
        }
    }

    List<PluginFaulted> faults() {
        return events.stream()
                .filter(PluginFaulted.class::isInstance)
                .map(PluginFaulted.class::cast)
                .toList();
    }

    long count(String name, String... labels) {
        return metrics.counter(name, labels).get();
    }

    long dropped(String reason) {
        return count("microphone_frames_dropped_total", "stage", "processor", "processor", "0", "reason", reason);
    }
}
