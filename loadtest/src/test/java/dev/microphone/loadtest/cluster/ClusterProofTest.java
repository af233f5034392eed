package dev.microphone.loadtest.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.flink.FaultyJob;
import dev.microphone.processor.flink.ProcessorJob;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.KeyGroups;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each with a Flink cluster of real processes, and streams in real time. Where it is measured how long a failure takes, the
 * cluster is no longer cold: it has rehearsed, which it does by itself behind the job's start, and streams have spoken for a
 * while.
 */
@Tag("proof")
final class ClusterProofTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private static String chain() {
        return OfficialPlugins.names().contains("rnnoise") ? "rnnoise" : "denoise";
    }

    private static void assertIsLive(ClusterUnderTest test) {
        assertTrue(test.backlogFrames() < 25, test.backlogFrames() + " frames behind before anything has happened");
    }

    private static void tell(String what, ClusterUnderTest test) {
        System.out.printf(
                "%s: longest silence of a stream %.2f s, %d frames came twice and were dropped%n",
                what, test.longestSilenceSeconds(), test.recording().duplicates());
    }

    private static void assertAgentsFollowed(ClusterUnderTest test) {
        double seconds = test.slowestToFollowSeconds();
        System.out.printf("the last stream followed %.2f s after its new owner said that it is there%n", seconds);
        assertTrue(seconds > 0 && seconds <= 1, seconds + " s");
    }

    @Test
    void shouldGoOnBitForBitWhenATaskManagerIsKilled() throws Exception {
        try (ClusterUnderTest test = new ClusterUnderTest(folder, chain(), 20, 2_500, 2, 2, 2)) {
            test.cluster().warmUp(test.settings());
            test.runTo(1_500);
            test.awaitAll(60);
            test.recording().resetSilence();
            test.runTo(1_750);
            assertIsLive(test);
            Process victim = test.busiestTaskManager();
            assertTrue(victim.toHandle().destroyForcibly());
            test.runTo(2_500);
            test.awaitAll(60);
            tell("a TaskManager killed", test);
            test.assertBitIdentical();
            test.awaitAcknowledged(30);
            assertTrue(test.longestSilenceSeconds() <= 3, test.longestSilenceSeconds() + " s");
        }
    }

    @Test
    void shouldGoOnBitForBitWhileItIsRescaledFromTwoToThreeAndBack() throws Exception {
        try (ClusterUnderTest test = new ClusterUnderTest(folder, chain(), 12, 10_000, 3, 2, 2)) {
            test.cluster().warmUp(test.settings());
            test.runTo(1_500);
            test.awaitAll(60);
            test.recording().resetSilence();
            test.runTo(1_750);
            assertIsLive(test);
            test.rescale(3);
            test.runOn(250);
            test.awaitAll(60);
            tell("rescaled from 2 to 3", test);
            assertAgentsFollowed(test);
            test.recording().resetSilence();
            test.rescale(2);
            test.runOn(250);
            test.awaitAll(60);
            tell("rescaled from 3 to 2", test);
            assertAgentsFollowed(test);
            // A savepoint has every stream as it stands.
            assertEquals(0, test.recording().duplicates());
            test.assertBitIdentical();
            test.awaitAcknowledged(30);
        }
    }

    @Test
    void shouldNotBeHeardWhenKafkaIsAwayForAMinute() throws Exception {
        try (ClusterUnderTest test = new ClusterUnderTest(folder, chain(), 10, 6_000, 2, 2, 2)) {
            test.cluster().warmUp(test.settings());
            test.runTo(1_500);
            test.awaitAll(60);
            test.recording().resetSilence();
            test.runTo(2_000);
            assertIsLive(test);
            tell("before Kafka goes, 10 s", test);
            test.recording().resetSilence();
            test.broker().stop();
            test.runTo(5_000);
            assertIsLive(test);
            test.awaitAll(30);
            tell("Kafka away for 60 s", test);
            double silence = test.longestSilenceSeconds();
            test.recording().resetSilence();
            test.broker().restart();
            test.runTo(5_500);
            test.awaitAll(30);
            tell("Kafka is back, 10 s", test);
            test.assertBitIdentical();
            assertTrue(silence < 0.5, silence + " s");
        }
    }

    @Test
    void shouldRestartOneSubtaskAndGoOnBitForBitWhenAnOperatorThrows() throws Exception {
        int subtasks = 2;
        StreamName faulty = ClusterUnderTest.stream(0);
        Predicate<StreamName> beside = stream -> shardOf(stream, subtasks) == shardOf(faulty, subtasks);
        try (ClusterUnderTest test = new ClusterUnderTest(
                folder,
                chain(),
                20,
                2_500,
                2,
                2,
                subtasks,
                usual -> {},
                (environment, settings) ->
                        FaultyJob.build(environment, settings, faulty.streamId(), 1_750, folder.resolve("thrown")))) {
            test.cluster().warmUp(test.settings());
            test.runTo(1_500);
            test.awaitAll(60);
            test.runTo(1_740);
            assertIsLive(test);
            test.recording().resetSilence();
            test.runTo(2_500);
            test.awaitAll(60);
            assertTrue(Files.exists(folder.resolve("thrown")));
            double there = test.longestSilenceSeconds(beside);
            double elsewhere = test.longestSilenceSeconds(beside.negate());
            System.out.printf(
                    "an operator throws: longest silence of a stream in its subtask %.2f s, in the other %.2f s,"
                            + " %d frames came twice and were dropped%n",
                    there, elsewhere, test.recording().duplicates());
            test.assertBitIdentical();
            test.awaitAcknowledged(30);
            assertTrue(there <= 3, there + " s");
        }
    }

    private static int shardOf(StreamName stream, int subtasks) {
        return KeyGroups.shardOf(KeyGroups.of(stream.streamId()), subtasks);
    }

    /** Data and what the receivers answer, both ways; beside the loss every 50th is late, and every 100th comes twice. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLoseNothingWhenTheNetworkLosesOnePercent(boolean isDisordered) throws Exception {
        UnrulyNetwork network = new UnrulyNetwork(0.01, isDisordered, 11);
        try (ClusterUnderTest test =
                new ClusterUnderTest(folder, "gain", 10, 1_500, 2, 2, 2, network::of, ProcessorJob::build)) {
            test.runTo(200);
            test.awaitAll(60);
            test.recording().resetSilence();
            test.runTo(1_500);
            test.awaitAll(60);
            tell("1 % of all datagrams lost, " + network.late() + " late, " + network.twice() + " twice", test);
            test.assertBitIdentical();
            test.awaitAcknowledged(30);
            assertTrue(!isDisordered || (network.late() > 300 && network.twice() > 150));
        }
    }
}
