package dev.microphone.processor.wasm;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays whole modules in a build. A real run, guided by coverage for as long as is wanted:
 *
 * <pre>
 * JAZZER_FUZZ=1 mvn -pl processor-cluster -am test -Dtest=PluginLoaderFuzzTest -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * With {@code -Dtest}, each of this module's three Surefire executions runs it: three times 15 minutes.
 */
final class PluginLoaderFuzzTest {
    private static final List<byte[]> SEEDS = LoaderTarget.seeds();

    static Stream<byte[]> seeds() {
        return SEEDS.stream();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "15m")
    void shouldRejectOrRunAnyBytes(byte[] bytes) {
        LoaderTarget.run(bytes);
        // Bytes rarely stay a module: the same bytes also choose changes of one that is.
        SplittableRandom random = new SplittableRandom(Arrays.hashCode(bytes));
        byte[] seed = SEEDS.get(random.nextInt(SEEDS.size()));
        LoaderTarget.run(new WasmMutator(random).mutate(seed, bytes));
    }
}
