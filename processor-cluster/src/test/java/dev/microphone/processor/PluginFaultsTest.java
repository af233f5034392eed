package dev.microphone.processor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.wasm.PluginFault;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.schemas.event.PluginFaulted;
import dev.microphone.transport.frame.Frame;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of a stream whose plugins fail. */
final class PluginFaultsTest extends AgentFixture {
    @Test
    void shouldPassAFrameThroughWhenThePluginTrapsAndGoOnWithAFreshOne() {
        ProcessorAgent agent = agent(TestPlugins.trapsOnMarker());
        arriving.add(frame(0, 1));
        arriving.add(frame(1, TestPlugins.MARKER));
        arriving.add(frame(2, 1));

        runUntilIdle(agent);

        assertEquals(
                List.of(0L, 1L, 2L), delivered.stream().map(Frame::sequence).toList());
        assertArrayEquals(inverted(frame(0, 1)), pcm(delivered.get(0)));
        assertArrayEquals(pcm(frame(1, TestPlugins.MARKER)), pcm(delivered.get(1)));
        assertArrayEquals(inverted(frame(2, 1)), pcm(delivered.get(2)));
        assertEquals(1, count("microphone_plugin_errors_total", "plugin", "p0", "reason", "trap"));
        assertEquals(1, faults().size());
        assertEquals(PluginFault.TRAP.label(), faults().get(0).reason());
        assertEquals(STREAM, faults().get(0).streamId());
        assertEquals(1, faults().get(0).sequence());
        assertFalse(faults().get(0).bypassed());
    }

    @Test
    void shouldGoOnWithTheOtherPluginsWhenOneFails() {
        ProcessorAgent agent = agent(TestPlugins.traps(), TestPlugins.inverts());
        arriving.add(frame(0, 1));

        runUntilIdle(agent);

        assertArrayEquals(inverted(frame(0, 1)), pcm(delivered.get(0)));
    }

    @Test
    void shouldLeaveAPluginOutWhenItsFaultBudgetIsSpent() {
        ProcessorSettings settings = new ProcessorSettings(10, 1_000, 16, new FaultPolicy(3, 1_000));
        ProcessorAgent agent = agent(chain(LIMITS, TestPlugins.traps()), settings);
        for (int i = 0; i < 20; i++) {
            arriving.add(frame(i, 1));
        }

        runUntilIdle(agent);

        assertEquals(20, delivered.size());
        assertEquals(3, count("microphone_plugin_errors_total", "plugin", "p0", "reason", "trap"));
        assertEquals(
                List.of(false, false, true),
                faults().stream().map(PluginFaulted::bypassed).toList());
        assertEquals(
                1,
                metrics.gauge("microphone_plugin_bypassed_streams", "plugin", "p0")
                        .get());

        agent.onClose();
        assertEquals(
                0,
                metrics.gauge("microphone_plugin_bypassed_streams", "plugin", "p0")
                        .get());
    }

    @Test
    void shouldGiveEachPluginItsOwnLimitsAndFaultPolicy() {
        PluginSpec patient = new PluginSpec("p0", Map.of());
        PluginSpec strict = new PluginSpec("p0", Map.of())
                .withFaultPolicy(new FaultPolicy(2, 1_000))
                .withLimits(LIMITS.withNestedCalls(5));
        ProcessorAgent agent =
                agent(chain(LIMITS, List.of(patient, strict), TestPlugins.recurses()), ProcessorSettings.defaults());
        for (int i = 0; i < 20; i++) {
            arriving.add(frame(i, 1));
        }

        runUntilIdle(agent);

        assertEquals(7, count("microphone_plugin_errors_total", "plugin", "p0", "reason", "stack_limit"));
        assertEquals(
                List.of("more than 512 nested calls", "more than 5 nested calls"),
                faults().stream().map(PluginFaulted::message).distinct().toList());
    }

    @Test
    void shouldPassFramesThroughWhenThePluginNeverEnds() {
        PluginLimits shortLimits = PluginLimits.defaults();
        ProcessorAgent agent = agent(chain(shortLimits, TestPlugins.spins()), ProcessorSettings.defaults());
        for (int i = 0; i < 10; i++) {
            arriving.add(frame(i, 1));
        }

        runUntilIdle(agent);

        assertEquals(10, delivered.size());
        for (int i = 0; i < 10; i++) {
            assertEquals(i, delivered.get(i).sequence());
            assertArrayEquals(pcm(frame(i, 1)), pcm(delivered.get(i)));
        }
        assertEquals(5, count("microphone_plugin_errors_total", "plugin", "p0", "reason", "time_limit"));
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
