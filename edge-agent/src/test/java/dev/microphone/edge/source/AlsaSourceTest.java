package dev.microphone.edge.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlsaSourceTest extends AudioSourceContractTest {
    private static final long NOW_NS = 1_700_000_000_000_000_000L;
    private static final PcmFormat FORMAT = new PcmFormat(48_000, 2, SampleEncoding.S16);

    private static AlsaSource source(ScriptedPcm pcm) {
        return new AlsaSource(
                "alsa:hw:1,0",
                new AlsaNegotiation.Outcome(pcm, FORMAT, AlsaFormat.S16_LE, pcm.periodFrames()),
                () -> NOW_NS);
    }

    @Override
    AudioSource open() {
        clearInterrupt();
        return source(new ScriptedPcm(4, 1_234));
    }

    @Override
    AudioSource openLong() {
        return source(new ScriptedPcm(4, 20_000));
    }

    /** {@link ScriptedPcm} ends by an interrupt. */
    @AfterEach
    @SuppressWarnings("ReturnValueIgnored")
    void clearInterrupt() {
        Thread.interrupted();
    }

    private static int readOnce(AudioSource source) throws SourceException {
        return source.read(new byte[40], 0, 40);
    }

    @Test
    void shouldStartWithTheFirstRead() throws SourceException {
        ScriptedPcm pcm = new ScriptedPcm(4, 100);
        try (AlsaSource source = source(pcm)) {
            assertEquals(0, pcm.starts);
            readOnce(source);
            readOnce(source);
            assertEquals(1, pcm.starts);
        }
        assertEquals(1, pcm.closes);
    }

    @ParameterizedTest
    @CsvSource({"32", "86"})
    void shouldRecoverCountAndGoOnWhenItOverran(int errno) throws SourceException {
        ScriptedPcm pcm = new ScriptedPcm(4, 100).then(1, -errno, -errno);
        try (AlsaSource source = source(pcm)) {
            assertEquals(40, readOnce(source));
            assertEquals(0, source.xruns());
            assertEquals(40, readOnce(source));
            assertEquals(2, source.xruns());
            assertEquals(2, pcm.recoveries);
            assertEquals(3, pcm.starts);
        }
    }

    @Test
    void shouldWaitOnWhenASignalOrAnEmptyWaitComesBetween() throws SourceException {
        try (AlsaSource source = source(new ScriptedPcm(4, 100).then(-4, 0, -11, 0))) {
            assertEquals(40, readOnce(source));
            assertEquals(0, source.xruns());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"-19 | alsa:hw:1,0: was unplugged", "-77 | alsa:hw:1,0: cannot be read: errno 77"})
    void shouldFailInOneLine(int result, String message) {
        AlsaSource source = source(new ScriptedPcm(4, 100).then(result));
        assertEquals(
                message,
                assertThrows(SourceException.class, () -> readOnce(source)).getMessage());
    }

    @Test
    void shouldFailWhenTheDeviceDeliversNothing() {
        AlsaSource source = source(new ScriptedPcm(4, 100).then(new int[50]));
        assertEquals(
                "alsa:hw:1,0: delivers nothing: no sample for 5000 ms",
                assertThrows(SourceException.class, () -> readOnce(source)).getMessage());
    }

    @Test
    void shouldFailWhenItOverrunsWithoutEnd() {
        AlsaSource source = source(new ScriptedPcm(4, 100).then(-32, -32, -32, -32, -32, -32, -32, -32, -32, -32));
        assertEquals(
                "alsa:hw:1,0: overran 10 times without a sample in between",
                assertThrows(SourceException.class, () -> readOnce(source)).getMessage());
    }

    @Test
    void shouldFailWhenItDoesNotRecover() {
        ScriptedPcm pcm = new ScriptedPcm(4, 100).then(-32);
        pcm.recoverResult = -5;
        AlsaSource source = source(pcm);
        assertEquals(
                "alsa:hw:1,0: does not recover from an overrun: errno 5",
                assertThrows(SourceException.class, () -> readOnce(source)).getMessage());
    }

    @Test
    void shouldDateTheFirstSampleByTheDevicesTimestamp() throws SourceException {
        ScriptedPcm pcm = new ScriptedPcm(4, 100);
        pcm.timestampNs = NOW_NS - 3_000_000;
        pcm.availableFrames = 960;
        try (AlsaSource source = source(pcm)) {
            readOnce(source);
            assertEquals(NOW_NS - 23_000_000, source.captureTimeNs());
        }
    }

    @Test
    void shouldDateByTheHostsClockWhenTheDevicesIsAnother() throws SourceException {
        ScriptedPcm pcm = new ScriptedPcm(4, 100);
        pcm.timestampNs = 123_456_789;
        try (AlsaSource source = source(pcm)) {
            readOnce(source);
            assertEquals(NOW_NS - 10_000_000, source.captureTimeNs());
        }
    }

    @Test
    void shouldJustifyTwentyFourBitsThatLieAtTheBottom() throws SourceException {
        ScriptedPcm pcm = new ScriptedPcm(4, 100);
        PcmFormat format = new PcmFormat(48_000, 1, SampleEncoding.S32);
        AlsaSource source = new AlsaSource(
                "alsa:hw:1,0", new AlsaNegotiation.Outcome(pcm, format, AlsaFormat.S24_LE, 480), () -> NOW_NS);
        byte[] target = new byte[8];
        assertEquals(8, source.read(target, 0, 8));
        assertArrayEquals(new byte[] {0, 0, 1, 2, 0, 4, 5, 6}, target);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "16 | alsa:hw:1,0: is busy: another program has it open",
                "13 | alsa:hw:1,0: permission denied: the user must be in the group audio",
                "2 | alsa:hw:1,0: no such capture device: there are alsa:default, alsa:hw:CARD=USB",
                "19 | alsa:hw:1,0: no such capture device: there are alsa:default, alsa:hw:CARD=USB",
                "5 | alsa:hw:1,0: cannot be opened: Input/output error"
            })
    void shouldSayInOneLineWhyItDoesNotOpen(int errno, String message) {
        AlsaRequest request = new AlsaRequest("hw:1,0", 0, 0, null, 10, 200);
        List<AudioDevice> devices =
                List.of(new AudioDevice("alsa:default", ""), new AudioDevice("alsa:hw:CARD=USB", ""));
        assertEquals(
                message,
                AlsaNegotiation.openFailure(request, errno, "Input/output error", devices)
                        .getMessage());
        assertTrue(AlsaNegotiation.openFailure(request, 2, "", List.of())
                .getMessage()
                .endsWith("no such capture device: there are none"));
    }
}
