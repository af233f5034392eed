package dev.microphone.edge.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Function;
import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import dev.microphone.transport.frame.ClockQuality;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real libasound with devices of its own that need no sound card: their samples come from a file. Such a device
 * never overruns and does not keep time; {@link AlsaSourceTest} has what goes wrong.
 */
class AlsaLibraryTest {
    private static final Path SYSTEM_CONFIG = Path.of("/usr/share/alsa/alsa.conf");

    private static final byte[] SAMPLES = new byte[1 << 20];

    @TempDir
    static Path folder;

    @BeforeAll
    static void useDevicesOfOurOwn() throws IOException {
        try {
            Asound.load();
        } catch (SourceException e) {
            Assumptions.abort("needs libasound (Debian package libasound2): " + e.getMessage());
        }
        Assumptions.assumeTrue(Files.exists(SYSTEM_CONFIG), "needs alsa.conf (Debian package libasound2-data)");
        new Random(9).nextBytes(SAMPLES);
        Path samples = Files.write(folder.resolve("samples.raw"), SAMPLES);
        String file = "type file slave.pcm { type null } file \"/dev/null\" infile \"" + samples + "\" format \"raw\"";
        String config = "<" + SYSTEM_CONFIG + ">\n"
                + "pcm.testmic { " + file + " hint { show on description \"Test microphone\nwithout a card\" } }\n"
                + "pcm.testfloat { type lfloat slave { pcm { type null } format S16_LE } }\n";
        Path configFile = Files.writeString(folder.resolve("asound.conf"), config);
        // In the process's own environment: libasound looks again each time a device is opened.
        int failed = Function.getFunction("c", "setenv")
                .invokeInt(new Object[] {"ALSA_CONFIG_PATH", configFile.toString(), 1});
        assertEquals(0, failed);
    }

    private static AudioSource open(String uri) throws SourceException {
        return SourceUri.parse(uri).open();
    }

    @ParameterizedTest
    @CsvSource({
        "s32le, S32, 48000, 2",
        "s24le, S24, 96000, 1",
        "s16le, S16, 44100, 8",
        "f32le, F32, 16000, 4",
        "u8, U8, 8000, 1"
    })
    void shouldDeliverTheDevicesBytes(String format, SampleEncoding encoding, int rateHz, int channels)
            throws SourceException {
        String options = "?format=" + format + "&rate=" + rateHz + "&channels=" + channels;
        try (AudioSource source = open("alsa:testmic" + options)) {
            assertEquals(new PcmFormat(rateHz, channels, encoding), source.format());
            assertTrue(source.isLive());
            assertEquals(ClockQuality.FREE_RUNNING, source.clockQuality());
            byte[] target = new byte[source.format().blockLength() * rateHz / 100];
            int at = 0;
            for (int i = 0; i < 20; i++) {
                int read = source.read(target, 0, target.length);
                assertArrayEquals(Arrays.copyOfRange(SAMPLES, at, at + read), Arrays.copyOf(target, read));
                at += read;
            }
            assertTrue(at > 0);
            assertEquals(0, source.xruns());
        }
    }

    @Test
    void shouldTakeMostBitsStereoAndTheCanonicalRateWhenNotAskedOtherwise() throws SourceException {
        try (AudioSource source = open("alsa:testmic")) {
            assertEquals(new PcmFormat(48_000, 2, SampleEncoding.S32), source.format());
        }
    }

    @Test
    void shouldNameTheFormatsOnOfferWhenTheOneAskedForIsNot() throws SourceException {
        SourceException refusal = assertThrows(SourceException.class, () -> open("alsa:testfloat?format=s16le"));
        assertEquals("alsa:testfloat: format s16le is not offered: the device offers f32le", refusal.getMessage());
        try (AudioSource source = open("alsa:testfloat")) {
            assertEquals(SampleEncoding.F32, source.format().encoding());
        }
    }

    @Test
    void shouldDateSamplesByTheHostsClock() throws SourceException {
        try (AudioSource source = open("alsa:testmic?buffer-millis=200")) {
            long beforeMillis = System.currentTimeMillis();
            source.read(new byte[3_840], 0, 3_840);
            long captureMillis = source.captureTimeNs() / 1_000_000;
            assertTrue(
                    captureMillis >= beforeMillis - 1_000 && captureMillis <= System.currentTimeMillis() + 1,
                    captureMillis + " against " + beforeMillis);
        }
    }

    @Test
    void shouldListTheDeviceWithItsDescriptionOnOneLine() throws SourceException {
        assertTrue(
                AudioDevices.list().contains(new AudioDevice("alsa:testmic", "Test microphone, without a card")),
                () -> "a device is missing");
    }

    @Test
    void shouldNameTheDevicesThereAreWhenOneIsMissing() {
        SourceException refusal = assertThrows(SourceException.class, () -> open("alsa:hw:31,7"));
        assertTrue(
                refusal.getMessage().startsWith("alsa:hw:31,7: no such capture device: there are ")
                        && refusal.getMessage().contains("alsa:testmic"),
                refusal.getMessage());
    }

    @Test
    void shouldRefuseADeviceThatIsNotConfigured() {
        SourceException refusal = assertThrows(SourceException.class, () -> open("alsa:nosuchdevice"));
        assertTrue(refusal.getMessage().startsWith("alsa:nosuchdevice: no such capture device"), refusal.getMessage());
    }

    @Test
    void shouldAllocateNothingPerRead() throws SourceException {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int reads = 10_000;
        try (AudioSource source = open("alsa:null?format=s16le")) {
            byte[] target = new byte[1_920];
            long before = 0;
            for (int i = -2_000; i < reads; i++) {
                if (i == 0) {
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                source.read(target, 0, target.length);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < reads, allocated + " bytes in " + reads + " reads");
        }
    }
}
