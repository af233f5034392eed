package dev.microphone.standalone.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchPlanTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void makeFiles() throws IOException {
        for (String name : List.of("a.wav", "in/b.wav", "in/deep/c.WAV", "in/readme.txt", "other/b.wav")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
    }

    private List<String> plan(List<String> inputs, String output, OutputFormat format) {
        return BatchPlan.of(inputs.stream().map(folder::resolve).toList(), folder + "/" + output, format, false)
                .items()
                .stream()
                .map(item -> folder.relativize(item.input()) + " > " + folder.relativize(item.output()))
                .toList();
    }

    private String refusal(List<String> inputs, String output) {
        UserError error = assertThrows(UserError.class, () -> plan(inputs, output, OutputFormat.WAV));
        return String.valueOf(error.getMessage()).replace(folder + "/", "");
    }

    @Test
    void shouldNameTheFileWhenThereIsOneInput() {
        assertEquals(List.of("a.wav > clean.flac"), plan(List.of("a.wav"), "clean.flac", OutputFormat.WAV));
    }

    @Test
    void shouldKeepThePlaceInTheFolderWhenAFolderIsGiven() {
        assertEquals(
                List.of("a.wav > out/a.flac", "in/b.wav > out/b.flac", "in/deep/c.WAV > out/deep/c.flac"),
                plan(List.of("a.wav", "in"), "out", OutputFormat.FLAC));
    }

    @Test
    void shouldPutOneInputIntoAFolderWhenTheOutputEndsWithASlash() {
        assertEquals(List.of("a.wav > out/a.wav"), plan(List.of("a.wav"), "out/", OutputFormat.WAV));
    }

    @Test
    void shouldNotTakeItsOwnOutputAsInputWhenRunAgain() throws IOException {
        Files.createDirectories(folder.resolve("in/out"));
        Files.createFile(folder.resolve("in/out/old.wav"));

        assertEquals(
                List.of("in/b.wav > in/out/b.wav", "in/deep/c.WAV > in/out/deep/c.wav"),
                plan(List.of("in"), "in/out", OutputFormat.WAV));
    }

    @Test
    void shouldLeaveAMissingFileForItsTurn() {
        assertEquals(List.of("gone.wav > out.wav"), plan(List.of("gone.wav"), "out.wav", OutputFormat.WAV));
    }

    @Test
    void shouldRefuseAnEndingThatIsNoFormat() {
        assertEquals(
                "output 'out.ogg': the ending chooses the format, allowed are .wav and .flac; a folder ends with a slash",
                refusal(List.of("a.wav"), "out.ogg"));
    }

    @Test
    void shouldRefuseAFileForSeveralInputs() {
        assertEquals(
                "output 'out.wav' is a file, and there are several inputs: name a folder (out.wav/)",
                refusal(List.of("a.wav", "in"), "out.wav"));
    }

    @Test
    void shouldRefuseTwoInputsThatBecomeOneFile() {
        assertEquals(
                "in/b.wav and other/b.wav would both become out/b.wav: process them into different folders",
                refusal(List.of("in/b.wav", "other/b.wav"), "out"));
    }

    @Test
    void shouldRefuseToOverwriteTheInputEvenWhenForced() {
        assertEquals(
                "a.wav would be overwritten by its own result: name another output",
                refusal(List.of("a.wav"), "in/../a.wav"));
    }

    @Test
    void shouldRefuseToOverwriteWhatIsThere() {
        assertEquals("in/b.wav exists already: --force overwrites", refusal(List.of("a.wav"), "in/b.wav"));
        assertEquals(
                1,
                BatchPlan.of(List.of(folder.resolve("a.wav")), folder + "/in/b.wav", OutputFormat.WAV, true)
                        .items()
                        .size());
    }

    @Test
    void shouldRefuseAFolderWithoutAudio() throws IOException {
        Files.createDirectories(folder.resolve("empty"));

        assertEquals("nothing to process: no .wav or .wave file in empty", refusal(List.of("empty"), "out"));
    }
}
