package dev.microphone.edge.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceUriTest {
    private static final String TONE_USAGE = "; usage: tone:[?wave=sine|white|pink|silence&hz=440&dbfs=-20&channels=1"
            + "&rate=48000&seconds=10&pace=realtime|live|fast]";
    private static final String STDIN_USAGE =
            "; usage: stdin:?rate=48000&channels=1&format=u8|s16le|s24le|s32le|f32le|f64le[&live]";
    private static final String WAV_USAGE = "; usage: wav:FILE[?loop&pace=realtime|live|fast]";
    private static final String ALSA_USAGE = "; usage: alsa:DEVICE[?rate=48000&channels=2&format=s32le|s24le|s24in32le"
            + "|s16le|f32le|u8&period-millis=10&buffer-millis=200]";

    private static String refusal(String uri) {
        return assertThrows(SourceUriException.class, () -> SourceUri.parse(uri))
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "foo:bar|unknown source 'foo:' in 'foo:bar': known are alsa:, stdin:, tone:, wav:",
                "x.wav|source 'x.wav' has no scheme: known are alsa:, stdin:, tone:, wav: (a file is wav:x.wav)",
                "tone:?hz=1&hz=2|option 'hz' stands twice in 'tone:?hz=1&hz=2'"
            })
    void shouldNameWhatIsKnown(String uri, String message) {
        assertEquals(message, refusal(uri));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "tone:?pitch=3|unknown option 'pitch': allowed are channels, dbfs, hz, pace, rate, seconds, wave",
                "tone:?hz=24001|option hz=24001: allowed are numbers from 0.001 to 24000.0",
                "tone:?hz=NaN|option hz=NaN: allowed are numbers from 0.001 to 24000.0",
                "tone:?wave=pink&dbfs=-3|option dbfs=-3: allowed are numbers from -120.0 to -18.0",
                "tone:?wave=cosine|option wave=cosine: allowed are pink, silence, sine, white",
                "tone:440|'440' after tone: is not allowed"
            })
    void shouldRefuseBadTones(String uri, String message) {
        assertEquals(message + " in '" + uri + "'" + TONE_USAGE, refusal(uri));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "stdin:|option rate is missing",
                "stdin:?rate=8000&channels=1|option format is missing",
                "stdin:?rate=7999&channels=1&format=u8|option rate=7999: allowed are whole numbers from 8000 to 192000",
                "stdin:?rate=8000&channels=9&format=u8|option channels=9: allowed are whole numbers from 1 to 8",
                "stdin:?rate=8000&channels=1&format=s8|option format=s8: allowed are f32le, f64le, s16le, s24le, s32le, u8",
                "stdin:?rate=8k&channels=1&format=u8|option rate=8k: allowed are whole numbers from 8000 to 192000"
            })
    void shouldRefuseBadRawInput(String uri, String message) {
        assertEquals(message + " in '" + uri + "'" + STDIN_USAGE, refusal(uri));
    }

    @Test
    void shouldRefuseBadFilesAndDevices() {
        assertEquals("a file is missing in 'wav:'" + WAV_USAGE, refusal("wav:"));
        assertEquals(
                "option loop=maybe: allowed are true and false in 'wav:a?loop=maybe'" + WAV_USAGE,
                refusal("wav:a?loop=maybe"));
        assertEquals(
                "option buffer-millis=15: allowed is at least two periods of 10 ms in 'alsa:hw:0?buffer-millis=15'"
                        + ALSA_USAGE,
                refusal("alsa:hw:0?buffer-millis=15"));
        assertEquals(
                "option format=mp3: allowed are f32le, s16le, s24in32le, s24le, s32le, u8 in 'alsa:hw:0?format=mp3'"
                        + ALSA_USAGE,
                refusal("alsa:hw:0?format=mp3"));
    }

    @Test
    void shouldOpenNothingBeforeItIsAsked() {
        SourceUri uri = SourceUri.parse("wav:does/not/exist.wav?loop");
        assertEquals("wav:does/not/exist.wav?loop", uri.toString());
        assertEquals(
                "does/not/exist.wav: no such file",
                assertThrows(SourceException.class, uri::open).getMessage());
    }

    @Test
    void shouldTakeAQuestionMarkIntoTheNameWhenAnotherEndsIt(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("what?.wav");
        Files.write(file, WavBytes.simple().chunk("data", Pcm.s16(1, 2)).build());
        try (AudioSource source = SourceUri.parse("wav:" + file + "?").open()) {
            assertEquals(2, source.lengthSamples());
        }
    }

    @Test
    void shouldBeLiveOnlyWhenItCannotWait() throws SourceException {
        try (AudioSource realTime = SourceUri.parse("tone:").open();
                AudioSource fast = SourceUri.parse("tone:?pace=fast").open();
                AudioSource live = SourceUri.parse("tone:?pace=live").open()) {
            assertFalse(realTime.isLive());
            assertFalse(fast.isLive());
            assertTrue(live.isLive());
        }
    }
}
