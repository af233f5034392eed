package dev.microphone.standalone.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.plugins.OfficialPlugins;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class VoicesBenchmarkTest {
    @Test
    void shouldTakeTheNoiseAndLeaveTheVoiceOfRealRecordings() throws Exception {
        assumeTrue(Files.isDirectory(RecordedVoices.FOLDER), "needs recorded voices (Debian package alsa-utils)");
        assumeTrue(OfficialPlugins.names().contains("rnnoise"), "needs the rnnoise plugin, built from Debian's source");

        for (VoicesBenchmark.Row row : VoicesBenchmark.measure("rnnoise")) {
            boolean broad = row.noise() == RoomNoise.PINK || row.noise() == RoomNoise.FAN;
            assertTrue(row.noiseGoneDb() > (broad ? 23 : row.noise() == RoomNoise.WHITE ? 10 : 3), row::toString);
            assertTrue(row.siSdrAfterDb() > row.siSdrBeforeDb() + 3, row::toString);
            if (row.snrDb() >= 5) {
                assertTrue(!broad || row.noiseGoneDb() >= 24, row::toString);
                assertEquals(0, row.voiceChangeDb(), 1.5, row::toString);
            }
        }
    }

    @Test
    void shouldTakeTheNoiseOfAFanWithoutRnnoiseToo() throws Exception {
        assumeTrue(Files.isDirectory(RecordedVoices.FOLDER), "needs recorded voices (Debian package alsa-utils)");

        for (VoicesBenchmark.Row row : VoicesBenchmark.measure("denoise")) {
            assertTrue(row.noiseGoneDb() > 10, row::toString);
            assertTrue(row.siSdrAfterDb() > row.siSdrBeforeDb() + 3, row::toString);
        }
    }

    @Test
    void shouldFindNothingChangedWhenTheChainIsNone() throws Exception {
        assumeTrue(Files.isDirectory(RecordedVoices.FOLDER), "needs recorded voices (Debian package alsa-utils)");

        for (VoicesBenchmark.Row row : VoicesBenchmark.measure("none")) {
            assertEquals(0, row.noiseGoneDb(), 0.01, row::toString);
            assertEquals(row.siSdrBeforeDb(), row.siSdrAfterDb(), 0.01, row::toString);
        }
    }
}
