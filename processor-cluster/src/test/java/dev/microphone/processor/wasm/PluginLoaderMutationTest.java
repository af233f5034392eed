package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link PluginLoaderFuzzTest} without its guidance: the same mutations in every build. */
class PluginLoaderMutationTest {
    private static final List<byte[]> SEEDS = LoaderTarget.seeds();

    @Test
    @Timeout(300)
    void shouldRejectOrRunEveryMutant() {
        mutate(1, 1_500);
    }

    /** Others each time a seed is given: {@code -Dfuzz.seed=…}. */
    @Test
    @Tag("proof")
    @Timeout(3_600)
    void shouldRejectOrRunManyMoreMutants() {
        mutate(Long.getLong("fuzz.seed", 2), Integer.getInteger("fuzz.mutants", 100_000));
    }

    private static void mutate(long seed, int mutants) {
        SplittableRandom seeds = new SplittableRandom(seed);
        int accepted = 0;
        for (int i = 0; i < mutants; i++) {
            long mutantSeed = seeds.nextLong();
            SplittableRandom random = new SplittableRandom(mutantSeed);
            byte[] module = SEEDS.get(random.nextInt(SEEDS.size()));
            byte[] other = SEEDS.get(random.nextInt(SEEDS.size()));
            byte[] mutant = new WasmMutator(random).mutate(module, other);
            try {
                accepted += LoaderTarget.run(mutant) ? 1 : 0;
            } catch (Throwable e) {
                throw new AssertionError("mutant " + i + " of seed " + mutantSeed, e);
            }
        }
        assertTrue(
                accepted > mutants / 50 && accepted < mutants,
                accepted + " of " + mutants + " mutants run: neither side was tried");
    }
}
