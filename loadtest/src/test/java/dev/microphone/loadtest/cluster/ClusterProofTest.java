package dev.microphone.loadtest.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.plugins.OfficialPlugins;
import io.aeron.driver.ext.DebugReceiveChannelEndpoint;
import io.aeron.driver.ext.DebugSendChannelEndpoint;
import io.aeron.driver.ext.RandomLossGenerator;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Each with a Flink cluster of real processes, and streams in real time. */
@Tag("proof")
final class ClusterProofTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private static String chain() {
        return OfficialPlugins.names().contains("rnnoise") ? "rnnoise" : "denoise";
    }

    private static void tell(String what, ClusterUnderTest test) {
        System.out.printf(
                "%s: longest silence of a stream %.2f s, %d frames came twice and were dropped%n",
                what, test.longestSilenceSeconds(), test.duplicates());
    }

    @Test
    void shouldGoOnBitForBitWhenATaskManagerIsKilled() throws Exception {
        try (ClusterUnderTest test = new ClusterUnderTest(folder, chain(), 20, 1_500, 2, 2, 2)) {
            test.runTo(500);
            test.awaitAll(60);
            test.resetSilence();
            test.runTo(750);
            assertTrue(test.backlogFrames() < 25, test.backlogFrames() + " frames behind before anything has happened");
            Process victim = test.cluster().taskManagers().get(0);
            assertTrue(victim.toHandle().destroyForcibly());
            test.runTo(1_500);
            test.awaitAll(60);
            tell("a TaskManager killed", test);
            test.assertBitIdentical();
            test.awaitAcknowledged(30);
            assertTrue(test.longestSilenceSeconds() <= 3, test.longestSilenceSeconds() + " s");
        }
    }

    @Test
    void shouldGoOnBitForBitWhileItIsRescaledFromTwoToThreeAndBack() throws Exception {
        try (ClusterUnderTest test = new ClusterUnderTest(folder, chain(), 12, 2_000, 3, 2, 2)) {
            test.runTo(400);
            test.awaitAll(60);
            test.resetSilence();
            test.runTo(500);
            test.rescale(3);
            test.runTo(1_000);
            tell("rescaled from 2 to 3", test);
            test.resetSilence();
            test.rescale(2);
            test.runTo(1_500);
            test.awaitAll(60);
            tell("rescaled from 3 to 2", test);
            test.assertBitIdentical();
            test.awaitAcknowledged(30);
        }
    }

    @Test
    void shouldNotBeHeardWhenKafkaIsAwayForAMinute() throws Exception {
        try (ClusterUnderTest test = new ClusterUnderTest(folder, chain(), 10, 5_000, 2, 2, 2)) {
            test.runTo(300);
            test.awaitAll(60);
            test.resetSilence();
            test.broker().stop();
            test.runTo(3_300);
            test.awaitAll(30);
            double silence = test.longestSilenceSeconds();
            test.broker().restart();
            test.runTo(3_500);
            test.awaitAll(30);
            tell("Kafka away for 60 s", test);
            test.assertBitIdentical();
            assertTrue(silence < 1, silence + " s");
        }
    }

    /** Data and what the receivers answer, both ways. */
    @Test
    void shouldLoseNothingWhenTheNetworkLosesOnePercent() throws Exception {
        try (ClusterUnderTest test = new ClusterUnderTest(
                folder,
                "gain",
                10,
                1_500,
                2,
                2,
                2,
                context -> context.sendChannelEndpointSupplier(
                                (channel, status, driver) -> new DebugSendChannelEndpoint(
                                        channel,
                                        status,
                                        driver,
                                        new RandomLossGenerator(0.01, 11),
                                        new RandomLossGenerator(0.01, 12)))
                        .receiveChannelEndpointSupplier(
                                (channel, dispatcher, status, driver) -> new DebugReceiveChannelEndpoint(
                                        channel,
                                        dispatcher,
                                        status,
                                        driver,
                                        new RandomLossGenerator(0.01, 13),
                                        new RandomLossGenerator(0.01, 14))))) {
            test.runTo(200);
            test.awaitAll(60);
            test.resetSilence();
            test.runTo(1_500);
            test.awaitAll(60);
            tell("1 % of all datagrams lost", test);
            test.assertBitIdentical();
            test.awaitAcknowledged(30);
        }
    }
}
