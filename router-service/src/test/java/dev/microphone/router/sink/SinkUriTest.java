package dev.microphone.router.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.microphone.router.SinkContexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinkUriTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"wav:a.wav", "wav:recordings/", "flac:C:/odd:name.flac", "ws:"})
    void shouldReadBackAsWritten(String text) {
        assertEquals(text, SinkUri.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ogg:a.ogg", "recordings/", "", ":", "WAV:a.wav"})
    void shouldListTheKnownSinksWhenTheSchemeIsUnknown(String text) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> SinkUri.parse(text));

        assertEquals(
                "sink '" + text + "': known are wav:FILE or wav:FOLDER/, flac:FILE or flac:FOLDER/, ws:",
                refused.getMessage());
    }

    @Test
    void shouldAskWhereToWhenARecordingHasNoTarget() {
        assertEquals("sink 'wav:': say where to: wav:FILE or wav:FOLDER/", refusal("wav:"));
    }

    @Test
    void shouldRefuseATargetWhenTheSinkHasNone() {
        assertEquals("sink 'ws:8080': nothing follows ws: (its port is --port)", refusal("ws:8080"));
    }

    private static String refusal(String text) {
        SinkUri uri = SinkUri.parse(text);
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> uri.kind().opener().open(uri, new SinkContexts().context(text)));
        return String.valueOf(refused.getMessage());
    }

    @Test
    void shouldRefuseAFileThatExists() throws Exception {
        Path file = Files.writeString(folder.resolve("old.wav"), "precious");
        SinkUri uri = SinkUri.parse("wav:" + file);

        IOException refused =
                assertThrows(IOException.class, () -> uri.kind().opener().open(uri, new SinkContexts().context("wav")));

        assertEquals(
                file + " exists already, and a recording is never overwritten: name another file, or a folder"
                        + " (wav:FOLDER/)",
                refused.getMessage());
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void shouldNameTheFolderWhenItCannotBeMade() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        SinkUri uri = SinkUri.parse("flac:" + file + "/inside/");

        IOException refused = assertThrows(
                IOException.class, () -> uri.kind().opener().open(uri, new SinkContexts().context("flac")));

        assertEquals("cannot make the folder " + file + "/inside: Not a directory", refused.getMessage());
    }
}
