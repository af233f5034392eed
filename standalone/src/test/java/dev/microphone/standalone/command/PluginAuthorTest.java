package dev.microphone.standalone.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody does who writes a plugin. */
class PluginAuthorTest {
    private static final int LEVEL = 20_000;

    @TempDir
    private Path folder;

    private Result plugins(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "plugins";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Result.of(all);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void shouldBuildTheTemplateWithoutAWarningAndHearItsParameter() throws Exception {
        assertEquals(0, plugins("new", "waver", "--dir", path("waver")).exitCode());

        Result built = plugins("build", path("waver"));

        assertEquals(0, built.exitCode(), built.err());
        assertEquals("", built.err());
        assertTrue(built.out().contains("process_frame"), built.out());
        assertTrue(built.out().contains("next: microphone plugins bench "), built.out());
        Result checked = plugins("check", path("waver/waver.wasm"));
        assertEquals(0, checked.exitCode());
        // The functions of one's own plugin keep their names.
        assertTrue(checked.out().contains("(read_parameters)"), checked.out());
        assertFalse(checked.out().contains("warning"), checked.out());
        assertWavers(path("waver/waver.wasm"));
    }

    /** A constant comes out as the template's formula has it. */
    private void assertWavers(String module) throws Exception {
        Path input = folder.resolve("constant.wav");
        Sox.run(
                "-D",
                "-n",
                "-r",
                "48000",
                "-c",
                "2",
                "-b",
                "16",
                input.toString(),
                "trim",
                "0",
                "1",
                "dcshift",
                "0.61035");
        Result processed =
                Result.of("process", input.toString(), "-o", path("out.wav"), "--chain", module + "(hz=3)", "--force");
        assertEquals(0, processed.exitCode(), processed.err());
        short[] before = Sox.samples(input);
        short[] after = Sox.samples(folder.resolve("out.wav"));
        assertEquals(LEVEL, before[0], 1);
        assertEquals(96_000, after.length);
        for (int i = 0; i < after.length; i++) {
            int pair = i / 2;
            double gain = 0.55 + 0.45 * Math.cos(2 * Math.PI * 3 * pair / 48_000);
            assertEquals(gain * before[i], after[i], 1, "sample " + i);
        }
    }

    @Test
    void shouldBuildTheAssemblyScriptTemplateWhereNpmIsAtHand() throws Exception {
        assertEquals(
                0,
                plugins("new", "waver", "--language", "assemblyscript", "--dir", path("waver-as"))
                        .exitCode());
        String[] search = System.getenv("PATH").split(File.pathSeparator, -1);
        assumeTrue(
                Arrays.stream(search).anyMatch(bin -> Files.isExecutable(Path.of(bin, "npm"))),
                "needs npm (Debian package npm)");
        assumeTrue(npm("install", "--no-audit", "--no-fund") == 0, "npm could not install the AssemblyScript compiler");

        assertEquals(0, npm("run", "build"), Files.readString(folder.resolve("npm.log")));

        Result checked = plugins("check", path("waver-as/waver.wasm"));
        assertEquals(0, checked.exitCode(), checked.out());
        assertWavers(path("waver-as/waver.wasm"));
        Result refused = Result.of(
                "process",
                path("constant.wav"),
                "-o",
                path("x.wav"),
                "--chain",
                path("waver-as/waver.wasm") + "(hz=no)");
        assertTrue(refused.err().contains("refuses its parameter hz=no"), refused.err());
    }

    private int npm(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "npm";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return new ProcessBuilder(command)
                .directory(folder.resolve("waver-as").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("npm.log").toFile())
                .start()
                .waitFor();
    }

    @Test
    void shouldNotWriteATemplateOverAFile() throws IOException {
        Files.createDirectories(folder.resolve("mine"));
        Path source = Files.writeString(folder.resolve("mine/mine.c"), "precious");

        Result refused = plugins("new", "mine", "--dir", path("mine"));

        assertEquals(1, refused.exitCode());
        assertTrue(refused.err().contains(source + " exists already"), refused.err());
        assertEquals("precious", Files.readString(source));
    }

    @Test
    void shouldShowTheCompilersErrorsWithTheirPlace() throws IOException {
        Path source = Files.writeString(
                folder.resolve("wrong.c"), "#include \"microphone_plugin.h\"\nint32_t f(void) { return x; }\n");

        Result failed = plugins("build", source.toString());

        assertEquals(1, failed.exitCode());
        assertTrue(failed.err().contains(source + ":2:"), failed.err());
        assertTrue(failed.err().contains("use of undeclared identifier 'x'"), failed.err());
        assertFalse(failed.err().contains("\tat "), failed.err());
        assertFalse(Files.exists(folder.resolve("wrong.wasm")));
    }

    @Test
    void shouldPassDefinitionsAndShowWarnings() throws IOException {
        Path source = Files.writeString(folder.resolve("half.c"), """
                #include "microphone_plugin.h"
                MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
                  int unused_thing = 1;
                  for (int i = 0; i < length_bytes / 2; i++) pcm[i] /= DIVISOR;
                  return length_bytes;
                }
                """);

        Result built = plugins("build", source.toString(), "-o", path("out/half.wasm"), "-DDIVISOR=2");

        assertEquals(0, built.exitCode(), built.err());
        assertTrue(built.err().contains("half.c:3:7: warning: unused variable 'unused_thing'"), built.err());
        assertTrue(Files.exists(folder.resolve("out/half.wasm")));
    }

    @Test
    void shouldNameTheFunctionThatTheJitLeavesOutAndSayWhatToDo() throws IOException {
        StringBuilder text =
                new StringBuilder("#include \"microphone_plugin.h\"\nstatic int16_t far_too_long(int16_t x) {\n");
        for (int i = 0; i < 900; i++) {
            text.append("  x = (int16_t)((x * ")
                    .append(2 * i + 3)
                    .append(" ^ (x >> ")
                    .append(i % 13 + 1)
                    .append(")));\n");
        }
        text.append(
                "  return x;\n}\nMICROPHONE_EXPORT(process_frame) __attribute__((noinline)) int32_t process_frame("
                        + "int16_t *pcm, int32_t length_bytes) {\n  pcm[0] = far_too_long(pcm[0]);\n  return length_bytes;\n}\n");
        Path source = Files.writeString(folder.resolve("long.c"), text, StandardCharsets.UTF_8);

        Result built = plugins("build", source.toString());

        assertEquals(0, built.exitCode(), built.err());
        assertTrue(built.out().contains("warning: function "), built.out());
        assertTrue(built.out().contains("(process_frame)") || built.out().contains("(far_too_long)"), built.out());
        assertTrue(built.out().contains("advice: split that function"), built.out());
    }

    @Test
    void shouldSayWhatIsMissingWhenWhatWasBuiltIsNoPlugin() throws IOException {
        Path source = Files.writeString(folder.resolve("empty.c"), "#include \"microphone_plugin.h\"\n");

        Result built = plugins("build", source.toString());

        assertEquals(1, built.exitCode());
        assertTrue(built.out().contains("does not export function 'process_frame'"), built.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "new ../evil | plugin name '../evil': a lower-case letter",
                "new tidy --language cobol | invalid value for option '--language'",
                "build gone.c --stack-bytes 100 | gone.c: no such file",
                "bench rnoise | unknown plugin 'rnoise'",
                "bench gain,highpass | 'gain,highpass' names 2 plugins: one is needed",
                "bench gain --frame-millis 15 | --frame-millis 15: allowed are 5, 10 and 20",
                "bench gain --reference | --reference: the plugin does not export process_reference",
                "bench gain(db=1000) | plugin 'gain(db=1000)' refuses its parameter db=1000",
            })
    void shouldSayInOneLineWhatIsWrong(String arguments, String expected) {
        Result result = plugins(arguments.split(" ", -1));

        assertTrue(result.exitCode() == 1 || result.exitCode() == 2, result.err());
        assertTrue(result.err().contains("microphone: " + expected), result.err());
        assertFalse(result.err().contains("\tat "), result.err());
    }

    @Test
    void shouldMeasureAPluginAndFindTheDelayThatItDeclares() {
        Result result = plugins("bench", "gain(db=-6)", "--seconds", "1", "--frame-millis", "10");

        assertEquals(0, result.exitCode(), result.err());
        for (String expected : new String[] {
            "dual mono", "full-scale noise", "load from the cache", "longest method", "0 samples (0.0 ms), as declared"
        }) {
            assertTrue(result.out().contains(expected), expected + " in " + result.out());
        }
    }
}
