package dev.microphone.plugins.toolchain;

import dev.microphone.plugins.toolchain.ToolchainException.SourceUnavailable;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tukaani.xz.XZInputStream;

/**
 * Fetches an {@link UpstreamSource} with apt-get, from the archives that this machine already uses.
 *
 * <p>Needs no root and changes nothing on the system: the machine's source lists are copied into a private folder with
 * {@code deb} turned into {@code deb-src}, and apt-get is pointed at private lists and caches. What arrives is checked
 * twice, by apt-get against the archive's signatures and here against the recipe's hash, and only the wanted folder is
 * unpacked, into the user's cache.
 */
final class DebianSources {
    private static final Path SYSTEM_LIST = Path.of("/etc/apt/sources.list");
    private static final Path SYSTEM_PARTS = Path.of("/etc/apt/sources.list.d");
    private static final Map<String, String> PLAIN_LANGUAGE = Map.of("LC_ALL", "C.UTF-8");

    private DebianSources() {}

    /** @return the folder that holds {@link UpstreamSource#folder()}, on disk now */
    static Path fetch(UpstreamSource source) throws ToolchainException {
        Path cached = UserCache.folder("sources")
                .resolve(source.packageName() + "-" + source.sha256().substring(0, 16));
        Path wanted = cached.resolve(source.folder());
        if (Files.isDirectory(wanted)) {
            return wanted;
        }
        if (!Command.exists("apt-get")) {
            throw new SourceUnavailable("apt-get not found");
        }
        Path work = null;
        try {
            Files.createDirectories(cached.getParent());
            work = Files.createTempDirectory(cached.getParent(), "fetching-");
            Path archive = download(source, work);
            Path unpacked = Files.createDirectory(work.resolve("unpacked"));
            unpack(archive, source, unpacked);
            moveIfAbsent(unpacked, cached);
        } catch (IOException e) {
            throw new ToolchainException("cannot fetch " + source.packageName() + ": " + e.getMessage(), e);
        } finally {
            Folders.deleteQuietly(work);
        }
        if (!Files.isDirectory(wanted)) {
            throw new ToolchainException(source.archive() + " holds no folder " + source.folder());
        }
        return wanted;
    }

    private static Path download(UpstreamSource source, Path work) throws IOException, ToolchainException {
        Path parts = Files.createDirectory(work.resolve("parts"));
        copySystemLists(parts);
        Path lists = work.resolve("lists");
        Path cache = work.resolve("cache");
        Files.createDirectories(lists.resolve("partial"));
        Files.createDirectories(cache.resolve("archives/partial"));
        Path emptyList = Files.createFile(work.resolve("empty.list"));
        List<String> aptGet = List.of(
                "apt-get",
                "-q",
                "-o",
                "Dir::Etc::sourcelist=" + emptyList,
                "-o",
                "Dir::Etc::sourceparts=" + parts,
                "-o",
                "Dir::State::lists=" + lists,
                "-o",
                "Dir::Cache=" + cache,
                // As root apt-get would fetch as a user who may not write here.
                "-o",
                "APT::Sandbox::User=root");
        // Fails as a whole when any one archive has no sources; whether ours has, the next command tells.
        Command.Result update =
                Command.of(with(aptGet, "update")).with(PLAIN_LANGUAGE).tryRun();
        Path download = Files.createDirectory(work.resolve("download"));
        Command.Result fetch = Command.of(with(
                        aptGet,
                        "source",
                        "--download-only",
                        "--only-source",
                        source.packageName() + "=" + source.version()))
                .in(download)
                .with(PLAIN_LANGUAGE)
                .tryRun();
        Path archive = download.resolve(source.archive());
        if (fetch.exitCode() != 0 || !Files.exists(archive)) {
            throw new SourceUnavailable("apt-get does not find the source package " + source.packageName() + " "
                    + source.version() + " (" + firstError(fetch, update) + ")");
        }
        String hash = Sha256.ofFile(archive);
        if (!hash.equals(source.sha256())) {
            throw new ToolchainException(
                    source.archive() + " has SHA-256 " + hash + ", the recipe allows " + source.sha256());
        }
        return archive;
    }

    private static String firstError(Command.Result... results) {
        for (Command.Result result : results) {
            for (String line : result.output().lines().toList()) {
                if (line.startsWith("E: ")) {
                    return line.substring(3);
                }
            }
        }
        return "no error given";
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all;
    }

    private static void copySystemLists(Path target) throws IOException {
        List<Path> files = new ArrayList<>();
        if (Files.exists(SYSTEM_LIST)) {
            files.add(SYSTEM_LIST);
        }
        if (Files.isDirectory(SYSTEM_PARTS)) {
            try (var parts = Files.list(SYSTEM_PARTS)) {
                files.addAll(parts.filter(file -> file.toString().matches(".*\\.(list|sources)"))
                        .sorted()
                        .toList());
            }
        }
        for (Path file : files) {
            String text = Files.readString(file);
            Files.writeString(
                    target.resolve(String.valueOf(file.getFileName())),
                    file.toString().endsWith(".sources") ? sourcesOfStanzas(text) : sourcesOfLines(text));
        }
    }

    /** deb822 style: each stanza names its types in one field. */
    static String sourcesOfStanzas(String text) {
        return text.replaceAll("(?mi)^Types:.*$", "Types: deb-src");
    }

    /** One line an archive: a {@code deb} line becomes {@code deb-src}; a {@code deb-src} line repeats one and goes. */
    static String sourcesOfLines(String text) {
        return text.lines()
                .filter(line -> line.matches("\\s*deb\\s.*"))
                .map(line -> line.replaceFirst("deb", "deb-src"))
                .distinct()
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** tar is part of every Debian; a program for xz is not, so that part is done in Java. */
    private static void unpack(Path archive, UpstreamSource source, Path target)
            throws IOException, ToolchainException {
        Path tar = target.resolveSibling("archive.tar");
        try (InputStream in = new XZInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
            Files.copy(in, tar);
        }
        Command.of(
                        "tar",
                        "-xf",
                        tar.toString(),
                        "-C",
                        target.toString(),
                        "--strip-components=1",
                        "--no-same-owner",
                        "--wildcards",
                        "*/" + source.folder() + "/*")
                .run();
    }

    private static void moveIfAbsent(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
            // Another build was faster; what it put there passed the same check.
            Folders.deleteQuietly(from);
        }
    }
}
