package dev.microphone.standalone.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.cluster.LiveFirst;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.StreamName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static MicrophoneConfig parse(String text) {
        return ConfigFile.parse("my.toml", text);
    }

    private static String problemsOf(String text) {
        UserError error = assertThrows(UserError.class, () -> parse(text));
        assertEquals(UserError.BAD_USAGE, error.exitCode());
        return String.valueOf(error.getMessage());
    }

    @Test
    void shouldHoldTheDefaultsWhenTheFileIsEmpty() {
        assertEquals(MicrophoneConfig.defaults(), parse(""));
    }

    @Test
    void shouldLeaveThePortToTheKindOfNodeUnlessTheFileSaysOne() {
        assertNull(parse("").http().port());
        assertNull(parse("http.host = \"::1\"").http().port());
        assertEquals(0, parse("http.port = 0").http().port());
        assertEquals(8701, parse("http.port = 8701").http().port());
    }

    @Test
    void shouldNameTheRealDefaultsInTheReferenceFile() {
        MicrophoneConfig reference = ConfigFile.parse("reference", ConfigFile.reference());
        MicrophoneConfig defaults = MicrophoneConfig.defaults();

        assertEquals(defaults.http(), reference.http());
        assertEquals(defaults.plugins(), reference.plugins());
        assertEquals(defaults.control(), reference.control());
        assertEquals(defaults.sinks(), reference.sinks());
        assertEquals(NormaliserSettings.defaults(), reference.streams().get(0).capture());
        assertTrue(ConfigFile.reference().contains("\ndefault-chain = \"" + MicrophoneConfig.DEFAULT_CHAIN + "\"\n"));
    }

    @Test
    void shouldTakeWhatTheFileSaysOfReplay() {
        MicrophoneConfig config = parse("""
            [spool]
            replay = "live_first"
            in-order-millis = 6500
            [[stream]]
            name = "acme/hall/rack1/left"
            source = "tone:"
            [[stream]]
            name = "acme/hall/rack1/right"
            source = "tone:"
            replay = "in_order"
            """);

        StreamName left = new StreamName("acme/hall/rack1/left");
        assertEquals(new LiveFirst(Set.of(left), 6_500_000_000L), config.liveFirst());
        assertEquals(LiveFirst.none(), MicrophoneConfig.defaults().liveFirst());
        MicrophoneConfig reference = ConfigFile.parse("reference", ConfigFile.reference());
        assertEquals(SpoolConfig.defaults(), reference.spool());
        assertEquals(LiveFirst.none(), reference.liveFirst());
    }

    @Test
    void shouldRefuseLiveFirstWhereWhatComesBehindCannotHaveItsName() {
        String taken = """
            [[stream]]
            source = "tone:"
            name = "a/b/c/d"
            replay = "live_first"
            [[stream]]
            source = "tone:"
            name = "a/b/c/d.backfill"
            """;
        UserError error = assertThrows(UserError.class, () -> parse(taken).liveFirst());
        assertTrue(String.valueOf(error.getMessage()).contains("'a/b/c/d.backfill', which is another stream"));
        String tooLong = taken.replace("a/b/c/d", "a/b/c/" + "d".repeat(55)).replace(".backfill", "x");
        error = assertThrows(UserError.class, () -> parse(tooLong).liveFirst());
        assertTrue(String.valueOf(error.getMessage()).contains("too long"), error.getMessage());
    }

    @Test
    void shouldTakeWhatTheFileSays() {
        MicrophoneConfig config = parse("""
            sinks = ["ws:", "flac:recordings/"]
            chain = "highpass(hz=80)"
            [http]
            host = "0.0.0.0"
            port = 0
            [capture]
            frame-millis = 10
            [[stream]]
            name = "acme/hall/rack1/left"
            source = "tone:"
            [[stream]]
            source = "wav:a.wav?loop"
            chain = "none"
            capture.agc = false
            capture.channel = 2
            """);

        assertEquals(new HttpConfig("0.0.0.0", 0), config.http());
        assertEquals(List.of(SinkUri.parse("ws:"), SinkUri.parse("flac:recordings/")), config.sinks());
        StreamConfig first = config.streams().get(0);
        assertEquals("acme/hall/rack1/left", first.name().value());
        assertEquals("highpass(hz=80)", first.chain());
        assertEquals(10, first.capture().frameMillis());
        assertTrue(first.capture().agc().enabled());
        StreamConfig second = config.streams().get(1);
        assertEquals("none", second.chain());
        assertEquals(10, second.capture().frameMillis());
        assertFalse(second.capture().agc().enabled());
        assertEquals(2, second.capture().channelMapping().chosenChannel());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http.prot = 1 | my.toml:2: unknown key 'http.prot', did you mean 'port'?",
                "http.colour = 1 | my.toml:2: unknown key 'http.colour': allowed are host, port, token-file",
                "htpp.port = 1 | my.toml:2: unknown key 'htpp', did you mean 'http'?",
                "http.port = 99999 | my.toml:2: key 'http.port': found 99999, allowed is a whole number from 0 to"
                        + " 65535",
                "http.port = \"80\" | my.toml:2: key 'http.port': found the text \"80\", allowed is a whole number"
                        + " from 0 to 65535",
                "http = 3 | my.toml:2: key 'http': found 3, allowed is a table, written [http]",
                "capture.agc = \"on\" | my.toml:2: key 'capture.agc': found the text \"on\", allowed is true or false",
                "capture.frame-millis = 15 | my.toml:2: key 'capture.frame-millis': found 15, allowed is one of 5, 10"
                        + " and 20",
                "capture.agc-target-dbfs = -3 | my.toml:2: key 'capture.agc-target-dbfs': found -3, allowed is a number"
                        + " from -36.0 to -14.0",
                "sinks = \"ws:\" | my.toml:2: key 'sinks': found the text \"ws:\", allowed is a list of texts, written"
                        + " [\"…\", \"…\"]",
                "spool.replay = \"live\" | my.toml:2: key 'spool.replay': found the text \"live\", allowed is one of"
                        + " [in_order, live_first]",
                "plugins.total-memory-mebibytes = 8 | my.toml:2: key 'plugins.total-memory-mebibytes': 8 for all plugins"
                        + " together is less than the 16 that one may have (memory-mebibytes)",
                "stream = 3 | my.toml:2: key 'stream': found 3, allowed is tables, each written [[stream]]",
            })
    void shouldRefuseAWrongKeyOrValueWithItsPlaceAndWhatIsAllowed(String line, String expected) {
        assertEquals(expected, problemsOf("# a comment\n" + line + "\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sinks = [\"wave:x\"] | my.toml:1: key 'sinks': ",
                "chain = \"rnnoise(\" | my.toml:1: key 'chain': ",
                "stream = [{source = \"alsaa:default\"}] | my.toml:1: key 'stream[1].source': ",
                "stream = [{source = \"tone:\", name = \"a b\"}] | my.toml:1: key 'stream[1].name': ",
                "stream = [{}] | my.toml:1: key 'stream[1].source' is missing",
                "control.kafka = \"broker\" | my.toml:1: key 'control.kafka': 'broker' is no broker: allowed is host:port",
                "control.kafka = \"a:1,b:99999\" | my.toml:1: key 'control.kafka': 'b:99999' is no broker",
                "control.node = \"a/b\" | my.toml:1: key 'control.node': node 'a/b': allowed are",
                "control.topic-prefix = \"a b\" | my.toml:1: key 'control.topic-prefix': topic prefix 'a b'",
                "control.kafka-properties = \"/none\" | my.toml:1: key 'control.kafka-properties': /none: cannot be read",
            })
    void shouldRefuseWhatHasAFormOfItsOwnWithThatFormsReason(String line, String expectedStart) {
        assertTrue(problemsOf(line).startsWith(expectedStart), () -> problemsOf(line));
    }

    @Test
    void shouldReadChainsWithNamesParametersAndLimits() {
        MicrophoneConfig config = parse("""
            default-chain = "speech"
            [plugins]
            memory-mebibytes = 8
            [[chain]]
            name = "speech"
            [[chain.plugin]]
            plugin = "highpass"
            params = { hz = 80, q = 0.50, fast = true, mode = "soft" }
            [[chain.plugin]]
            plugin = "./mine.wasm"
            limits = { deadline-millis = 3, fault-limit = 2, failing-streams-limit = 3, failing-streams-window-seconds = 7 }
            [[chain]]
            name = "other"
            plugin = [ { plugin = "gain" } ]
            [[stream]]
            source = "tone:"
            [[stream]]
            source = "tone:"
            chain = "gain(db=3),other.wasm"
            """);

        assertEquals("speech", config.streams().get(0).chain());
        ChainSpec speech = config.chain("speech");
        PluginSpec first = speech.plugins().get(0);
        assertEquals("highpass(hz=80,q=0.5,fast=true,mode=soft)", first.toString());
        assertEquals(null, first.limits());
        PluginSpec second = speech.plugins().get(1);
        assertEquals(PluginLimits.defaults().withFrameBudgetNs(3_000_000).withMemoryBytes(8 << 20), second.limits());
        assertEquals(new FaultPolicy(2, 60_000_000_000L, 3, 7_000_000_000L), second.faultPolicy());
        assertEquals("gain", config.chain("other").toString());
        assertEquals(
                "gain(db=3),other.wasm",
                config.chain(config.streams().get(1).chain()).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name = \"gain\" | my.toml:3: key 'chain[1].name': chain name 'gain' is also a plugin's: chain ="
                        + " \"gain\" could mean either; choose another",
                "name = \"none\" | my.toml:3: key 'chain[1].name': chain name 'none': allowed are 1 to 64 letters,"
                        + " digits, '-' and '_', and not 'none'",
                "name = \"a,b\" | my.toml:3: key 'chain[1].name': chain name 'a,b': allowed are 1 to 64 letters,"
                        + " digits, '-' and '_', and not 'none'",
                "nam = \"a\" | my.toml:2: key 'chain[1].name' is missing: allowed is a text such as \"speech\"",
            })
    void shouldRefuseAChainsNameThatCouldMeanSomethingElse(String line, String expected) {
        String problems = problemsOf("# a comment\n[[chain]]\n" + line + "\n[[chain.plugin]]\nplugin = \"gain\"\n");

        assertEquals(expected, problems.lines().findFirst().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plugin = \"\" | key 'chain[1].plugin[1].plugin': chain '', position 1: found the end",
                "plugin = \"a,b\" | key 'chain[1].plugin[1].plugin': plugin 'a,b': allowed is one plugin's name or"
                        + " path",
                "params = { hz = [1] } | key 'chain[1].plugin[1].params.hz': found a list, allowed is a number, true,"
                        + " false",
                "params = { hz = \"\" } | key 'chain[1].plugin[1].params.hz': found the text \"\", allowed is a number",
                "params = 3 | key 'chain[1].plugin[1].params': found 3, allowed is a table such as { hz = 80 }",
                "parms = {} | unknown key 'chain[1].plugin[1].parms', did you mean 'params'?",
                "limits = { deadline = 3 } | unknown key 'chain[1].plugin[1].limits.deadline'",
                "limits = { nested-calls = 0 } | key 'chain[1].plugin[1].limits.nested-calls': found 0, allowed is a"
                        + " whole number from 1 to 4096",
            })
    void shouldRefuseAWrongPluginOfAChain(String line, String expected) {
        String plugin = line.startsWith("plugin") ? "" : "plugin = \"gain\"\n";
        String problems = problemsOf("[[chain]]\nname = \"c\"\n[[chain.plugin]]\n" + plugin + line + "\n");

        assertTrue(problems.startsWith("my.toml:" + (plugin.isEmpty() ? 4 : 5) + ": " + expected), problems);
        assertEquals(1, problems.lines().count());
    }

    @Test
    void shouldSuggestTheChainThatAStreamMayHaveMeant() {
        assertTrue(problemsOf("""
                [[chain]]
                name = "speech"
                plugin = [{plugin = "gain"}]
                [[stream]]
                source = "tone:"
                chain = "speach"
                """)
                .startsWith("my.toml:6: key 'stream[1].chain': there is no chain 'speach', did you mean 'speech'?"));
    }

    @Test
    void shouldTakeABrokerWithWhatItsClientNeeds(@TempDir Path folder) throws Exception {
        Path properties = Files.writeString(folder.resolve("client.properties"), "security.protocol=SSL\n");

        ControlConfig control = parse("""
            [control]
            node = "rack-1"
            kafka = "one:9092, [::1]:9093"
            kafka-properties = "%s"
            topic-prefix = "berlin."
            waiting-events = 20
            waiting-kibibytes = 100
            announce-interval-millis = 2000
            """.formatted(properties)).control();

        assertEquals("rack-1", control.node());
        KafkaBusSettings kafka = Objects.requireNonNull(control.kafka());
        assertEquals("one:9092, [::1]:9093", kafka.bootstrapServers());
        assertEquals(Map.of("security.protocol", "SSL"), kafka.client());
        assertEquals("berlin.events", kafka.eventsTopic());
        assertEquals("berlin.nodes", kafka.nodesTopic());
        assertEquals("berlin.desired", kafka.desiredTopic());
        assertEquals(20, kafka.maxWaitingRecords());
        assertEquals(102_400, kafka.maxWaitingBytes());
        assertEquals(2_000, kafka.announceIntervalMs());
    }

    @Test
    void shouldRefuseKeysDirectoriesAndTokensThatCannotBe(@TempDir Path folder) throws Exception {
        Path shortToken = Files.writeString(folder.resolve("token"), "secret");
        String problems = problemsOf("[http]\ntoken-file = \"" + shortToken + "\"\n[plugins]\ndirectory = \"" + folder
                + "/none\"\ntrusted-keys = [\"x\"]\nrequire-signature = true\n");

        assertEquals(4, problems.lines().count(), problems);
        assertTrue(
                problems.contains("my.toml:2: key 'http.token-file': " + shortToken + ": has 6 characters"), problems);
        assertTrue(
                problems.contains("my.toml:4: key 'plugins.directory': '" + folder + "/none' is no directory"),
                problems);
        assertTrue(problems.contains("my.toml:5: key 'plugins.trusted-keys': key 'x'"), problems);
        assertTrue(
                problems.contains("my.toml:6: key 'plugins.require-signature': no key is in trusted-keys"), problems);
        assertFalse(problems.contains("secret"));
    }

    @Test
    void shouldShowAllMistakesAtOnce() {
        assertEquals(3, problemsOf("""
            colour = "red"
            [http]
            port = -1
            [[stream]]
            source = 7
            """).lines().count());
    }

    @Test
    void shouldRefuseTwoStreamsOfOneName() {
        String problems = problemsOf("""
            [[stream]]
            name = "a/b/c/d"
            source = "tone:"
            [[stream]]
            name = "a/b/c/d"
            source = "tone:"
            """);

        assertEquals("my.toml:5: key 'stream[2].name': stream 1 has the same name, a/b/c/d", problems);
    }

    @Test
    void shouldSayWhereTheTextIsNotToml() {
        assertTrue(problemsOf("a = 1\nb = = 2\n").startsWith("my.toml:2: not TOML: "));
    }

    @Test
    void shouldSayThatTheFileDoesNotExist(@TempDir Path folder) {
        Path missing = folder.resolve("none.toml");

        UserError error = assertThrows(UserError.class, () -> ConfigFile.read(missing));

        assertEquals("config file " + missing + " does not exist: 'microphone config' prints one", error.getMessage());
    }
}
