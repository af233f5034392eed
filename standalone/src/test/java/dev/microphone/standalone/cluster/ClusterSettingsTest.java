package dev.microphone.standalone.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.flink.ShardSettings;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.standalone.config.ConfigFile;
import dev.microphone.standalone.config.MicrophoneConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterSettingsTest {
    @TempDir
    Path folder;

    /** As they do with the job: written down here, read in a TaskManager. */
    private ShardSettings travelled(String config) throws Exception {
        MicrophoneConfig parsed = ConfigFile.read(Files.writeString(folder.resolve("cluster.toml"), config));
        byte[] written = InstantiationUtil.serializeObject(ClusterSettings.of(parsed, null));
        return InstantiationUtil.deserializeObject(written, ClusterSettingsTest.class.getClassLoader());
    }

    @Test
    void shouldTakeAPluginsOwnLimitsToTheTaskManagers() throws Exception {
        ShardSettings settings = travelled("""
                default-chain = "speech"
                [[chain]]
                name = "speech"
                [[chain.plugin]]
                plugin = "gain"
                params = { db = -6 }
                limits = { deadline-millis = 2, fault-limit = 7 }
                [[stream]]
                name = "acme/berlin/rack/mic1"
                source = "tone:"
                chain = "speech"
                """);
        ChainSpec chain = settings.defaultChain();
        assertEquals(chain, settings.chains().get("acme/berlin/rack/mic1"));
        PluginSpec gain = chain.plugins().getFirst();
        assertEquals("gain(db=-6)", gain.toString());
        assertEquals(2_000_000, Objects.requireNonNull(gain.limits()).frameBudgetNs());
        assertEquals(7, Objects.requireNonNull(gain.faultPolicy()).maxFaults());
        assertEquals(ChainSpec.NONE, travelled("").defaultChain());
        assertEquals(List.of(), settings.trustedKeys());
        assertEquals(PluginLimits.defaults(), settings.limits());
        assertEquals(FaultPolicy.DEFAULT, settings.faultPolicy());
    }

    @Test
    void shouldTakeTheMemoryOfAllPluginsToTheTaskManagers() throws Exception {
        assertEquals(0, travelled("").pluginMemoryBytes());
        assertEquals(100 << 20, travelled("""
                [plugins]
                total-memory-mebibytes = 100
                """).pluginMemoryBytes());
    }

    @Test
    void shouldTakeToTheTaskManagersWhetherTheyRehearse() throws Exception {
        assertTrue(travelled("").rehearse());
        assertFalse(travelled("""
                [cluster]
                rehearse = false
                """).rehearse());
    }

    @Test
    void shouldBeTheSameForTheSameConfig() throws Exception {
        assertEquals(travelled(""), ClusterSettings.of(MicrophoneConfig.defaults(), null));
    }
}
