package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HostileModuleTest {
    /** Of the processor; what is meant is seconds in place of minutes. */
    private static final long LONGEST_NS = 10_000_000_000L;

    /** Big, and harmless all the same; of the table, Chicory reads the count as -1 and takes it for empty. */
    private static final Set<String> ACCEPTED = Set.of(
            "5,000 blocks in each other",
            "500 blocks in each other",
            "a chain of 4,000 functions",
            "a table of 4 billion branches");

    static Stream<Arguments> modules() {
        return HostileModules.all().entrySet().stream()
                .map((Map.Entry<String, byte[]> module) -> Arguments.of(module.getKey(), module.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("modules")
    @Timeout(300)
    void shouldBeRejectedInOneLineBeforeItCostsMuch(String name, byte[] wasm) {
        long startNs = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        List<PluginFinding> findings = PluginModule.check(wasm, PluginLimits.defaults());
        long tookNs = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startNs;

        assertTrue(
                ACCEPTED.contains(name) || findings.stream().anyMatch(PluginFinding::rejects),
                "was accepted: " + findings);
        findings.forEach(finding ->
                assertFalse(finding.message().isBlank() || finding.message().contains("\n"), finding.message()));
        assertTrue(tookNs < LONGEST_NS, "took " + tookNs / 1_000_000 + " ms of processor time");
    }
}
