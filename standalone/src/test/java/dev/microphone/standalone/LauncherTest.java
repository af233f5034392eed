package dev.microphone.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code microphone}, in a tree of its own, with a JDK and a Maven that only say how they were called. */
class LauncherTest {
    /** What the script calls, beside bash's own. */
    private static final List<String> TOOLS = List.of(
            "bash",
            "cat",
            "dirname",
            "env",
            "find",
            "flock",
            "grep",
            "head",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "tail",
            "touch",
            "tr",
            "wc");

    private static final String JAVA = "#!/usr/bin/env bash\necho \"java: $*\"\n";
    /** Writes what it is told to, as Java does when it records what it loads. */
    private static final String RECORDING_JAVA = JAVA + """
            for flag in "$@"; do
              case "$flag" in
                -XX:AOTConfiguration=* | -XX:AOTCache=*.new) touch "${flag#*=}" ;;
              esac
            done
            """;

    private static final String MAVEN = """
            #!/usr/bin/env bash
            echo "[INFO] Building Transport 0.1.0-SNAPSHOT [2/7]"
            echo "maven, JAVA_HOME=$JAVA_HOME: $*" >>"$PWD/maven-calls"
            if [[ -e "$PWD/broken" ]]; then
              echo "[ERROR] Main.java:[3,5] error: cannot find symbol"
              exit 1
            fi
            mkdir -p loadtest/target
            touch loadtest/target/microphone-loadtest-1.jar library.jar
            printf '%s' "$PWD/library.jar" >loadtest/target/launcher-class-path
            """;

    @TempDir
    private Path root;

    private Path tools;
    private Path jdk;

    private record Outcome(int exitCode, String output) {}

    @BeforeEach
    void makeTree() throws IOException {
        Files.copy(Path.of("..", "microphone").toAbsolutePath().normalize(), root.resolve("microphone"));
        executable(root.resolve("microphone"), Files.readString(root.resolve("microphone")));
        Files.createDirectories(root.resolve("transport/src/main/java"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.writeString(root.resolve("transport/pom.xml"), "<project/>");
        Files.writeString(root.resolve("transport/src/main/java/A.java"), "class A {}");
        age(root);
        tools = Files.createDirectories(root.resolve("tools-on-path"));
        for (String tool : TOOLS) {
            executable(tools.resolve(tool), "#!/usr/bin/bash\nexec /usr/bin/" + tool + " \"$@\"\n");
        }
        executable(tools.resolve("mvn"), MAVEN);
        jdk = makeJdk("jdk", "25.0.1");
    }

    private Path makeJdk(String name, String version) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        Files.createDirectories(folder.resolve("bin"));
        executable(folder.resolve("bin/java"), JAVA);
        executable(folder.resolve("bin/javac"), JAVA);
        Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return folder;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertTrue(file.toFile().setExecutable(true));
    }

    /** So that nothing is newer than the build only because the clock of files is coarse. */
    private static void age(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
            }
        }
    }

    private Outcome launch(Path script, Path workingFolder, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(workingFolder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("HOME", root.toString());
        builder.environment().put("MICROPHONE_JAVA_HOME", jdk.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    private Outcome launch(String... arguments) throws IOException, InterruptedException {
        return launch(root.resolve("microphone"), root, arguments);
    }

    private long builds() throws IOException {
        Path calls = root.resolve("maven-calls");
        return Files.exists(calls) ? Files.readString(calls).lines().count() : 0;
    }

    @Test
    void shouldBuildOnceWithStepsAndThenRun() throws Exception {
        Outcome first = launch("version", "two words");
        Outcome second = launch("version");

        assertEquals(0, first.exitCode(), first.output());
        assertTrue(first.output().contains("building Transport"), first.output());
        assertTrue(first.output().contains("dev.microphone.standalone.Main version two words"), first.output());
        assertTrue(Files.readString(root.resolve("maven-calls")).contains("JAVA_HOME=" + jdk + ":"));
        assertTrue(second.output().startsWith("java: "), second.output());
        assertEquals(1, builds());
    }

    @Test
    void shouldBuildAgainWhenASourceIsNewerOrGone() throws Exception {
        launch("version");

        Files.writeString(root.resolve("transport/src/main/java/B.java"), "class B {}");
        launch("version");
        assertEquals(2, builds());

        Files.delete(root.resolve("transport/src/main/java/B.java"));
        launch("version");
        assertEquals(3, builds());

        launch("version");
        assertEquals(3, builds());
    }

    @Test
    void shouldBuildAgainWhenALibraryIsGone() throws Exception {
        launch("version");
        Files.delete(root.resolve("library.jar"));

        assertEquals(0, launch("version").exitCode());
        assertEquals(2, builds());
    }

    @Test
    void shouldWorkFromAnotherFolderThroughALink() throws Exception {
        Path elsewhere = Files.createDirectories(root.resolve("else where"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("mic"), Path.of("../microphone"));

        Outcome outcome = launch(link, elsewhere, "version");

        assertEquals(0, outcome.exitCode(), outcome.output());
        assertTrue(outcome.output().contains("Main version"), outcome.output());
    }

    @Test
    void shouldShowTheCompilersErrorAndWhereTheLogIsWhenTheBuildFails() throws Exception {
        Files.createFile(root.resolve("broken"));

        Outcome outcome = launch("version");

        assertEquals(1, outcome.exitCode());
        assertTrue(outcome.output().contains("Main.java:[3,5] error: cannot find symbol"), outcome.output());
        assertTrue(
                outcome.output().contains("the whole log: " + root + "/target/launcher/build.log"), outcome.output());
        assertFalse(outcome.output().contains("java: "), outcome.output());
    }

    @Test
    void shouldSayWhatToInstallWhenMavenIsMissing() throws Exception {
        Files.delete(tools.resolve("mvn"));

        Outcome outcome = launch("version");

        assertEquals(1, outcome.exitCode());
        assertEquals(
                "microphone: Maven is missing: install version 3.8.7 or newer (Debian package maven)\n",
                outcome.output());
    }

    @Test
    void shouldSayWhichJdkItFoundWhenThatIsNotEnough() throws Exception {
        jdk = makeJdk("old", "17.0.15");
        Outcome old = launch("version");
        jdk = root.resolve("nowhere");
        Outcome none = launch("version");

        assertEquals(1, old.exitCode());
        assertEquals(
                "microphone: MICROPHONE_JAVA_HOME is '" + root.resolve("old")
                        + "', JDK 17: needed is JDK 25 or newer\n",
                old.output());
        assertEquals(1, none.exitCode());
        assertEquals(
                "microphone: MICROPHONE_JAVA_HOME is '" + jdk + "': no JDK there (bin/java and bin/javac)\n",
                none.output());
    }

    @Test
    void shouldPassTheCommandsExitCodeOn() throws Exception {
        launch("version");
        executable(jdk.resolve("bin/java"), "#!/usr/bin/env bash\nexit 7\n");

        assertEquals(7, launch("process").exitCode());
        assertEquals(7, launch("demo").exitCode());
    }

    @Test
    void shouldKeepTheLoadedClassesOfAPlainDemoForTheNextStart() throws Exception {
        executable(jdk.resolve("bin/java"), RECORDING_JAVA);
        Path work = root.resolve("target/launcher");

        Outcome first = launch("demo");
        Outcome second = launch("demo");
        Outcome process = launch("process", "talk.wav");

        assertTrue(first.output().contains("-XX:AOTMode=record"), first.output());
        assertFalse(first.output().contains("before.wav"), first.output());
        assertFalse(Files.exists(work.resolve("microphone.aotconf")));
        assertTrue(second.output().contains("-XX:AOTCache=" + work + "/microphone.aot "), second.output());
        assertTrue(process.output().contains("-XX:AOTCache=" + work + "/process.aot "), process.output());
    }

    @Test
    void shouldKeepTheDemosClassesWhenProcessFails() throws Exception {
        executable(jdk.resolve("bin/java"), RECORDING_JAVA + "[[ \"$*\" != *\" process \"* ]]\n");
        Path work = root.resolve("target/launcher");

        Outcome demo = launch("demo");
        Outcome process = launch("process", "talk.wav");

        assertEquals(0, demo.exitCode(), demo.output());
        assertFalse(Files.exists(work.resolve("process.aot")));
        assertTrue(process.output().contains("-XX:AOTCache=" + work + "/microphone.aot "), process.output());
    }

    @Test
    void shouldLeaveC2AsideForShortFilesOnly() throws Exception {
        Files.write(root.resolve("short.wav"), new byte[262_144]);
        Files.write(root.resolve("long.WAV"), new byte[262_145]);
        Path folder = Files.createDirectory(root.resolve("folder"));
        String c1Alone = "-XX:TieredStopAtLevel=1";

        assertTrue(
                launch("process", "short.wav", "-o", folder.toString()).output().contains(c1Alone));
        assertFalse(
                launch("process", "short.wav", "long.WAV", "-o", "out").output().contains(c1Alone));
        assertFalse(
                launch("process", "short.wav", "folder", "-o", "out").output().contains(c1Alone));
        assertFalse(launch("process", "no.wav", "-o", "out.wav").output().contains(c1Alone));
        assertFalse(launch("run", "--source", "short.wav").output().contains(c1Alone));
    }
}
