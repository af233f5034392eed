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
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * Fetches the code and libraries of others with apt-get, from the archives that this machine already uses.
 *
 * <p>Needs no root and changes nothing on the system: the machine's source lists are copied into a private folder with
 * {@code deb-src} beside {@code deb}, and apt-get is pointed at private lists and caches. What arrives is checked twice,
 * by apt-get against the archive's signatures and here against the recipe's hash, and unpacked into the user's cache.
 * The lists are fetched once, when the first package is missing there.
 *
 * <p>Not safe for use by several threads; several instances may work at once.
 */
final class DebianPackages implements AutoCloseable {
    private static final Path SYSTEM_LIST = Path.of("/etc/apt/sources.list");
    private static final Path SYSTEM_PARTS = Path.of("/etc/apt/sources.list.d");
    private static final Map<String, String> PLAIN_LANGUAGE = Map.of("LC_ALL", "C.UTF-8");

    /** Private lists, caches and downloads; null until something must be fetched. */
    private @Nullable Path work;

    private List<String> aptGet = List.of();
    private Command.@Nullable Result update;

    DebianPackages() {}

    /** @return the folder that holds {@link UpstreamSource#folder()}, on disk now */
    Path fetch(UpstreamSource source) throws ToolchainException {
        Path cached = cached("sources", source.packageName(), source.sha256());
        Path wanted = cached.resolve(source.folder());
        if (!Files.isDirectory(wanted)) {
            try {
                Path archive = download(
                        "source package " + source.packageName() + " " + source.version(),
                        List.of(
                                "source",
                                "--download-only",
                                "--only-source",
                                source.packageName() + "=" + source.version()),
                        source.archive(),
                        source.sha256());
                Path unpacked = Files.createTempDirectory(Files.createDirectories(cached.getParent()), "unpacking-");
                try {
                    unpack(archive, source, unpacked);
                    moveIfAbsent(unpacked, cached);
                } finally {
                    Folders.deleteQuietly(unpacked);
                }
            } catch (IOException e) {
                throw new ToolchainException("cannot fetch " + source.packageName() + ": " + e.getMessage(), e);
            }
        }
        if (!Files.isDirectory(wanted)) {
            throw new ToolchainException(source.archive() + " holds no folder " + source.folder());
        }
        return wanted;
    }

    /** @return the folder into which the package is unpacked, on disk now */
    Path fetch(TargetLibrary library) throws ToolchainException {
        Path cached = cached("libraries", library.packageName(), library.sha256());
        if (!Files.isDirectory(cached)) {
            if (!Command.exists("dpkg")) {
                throw new SourceUnavailable("dpkg not found");
            }
            try {
                String file = library.packageName() + "_" + library.version().replace(":", "%3a") + "_all.deb";
                Path archive = download(
                        "package " + library.packageName() + " " + library.version(),
                        List.of("download", library.packageName() + "=" + library.version()),
                        file,
                        library.sha256());
                Path unpacked = Files.createTempDirectory(Files.createDirectories(cached.getParent()), "unpacking-");
                Command.of("dpkg", "-x", archive.toString(), unpacked.toString())
                        .run();
                moveIfAbsent(unpacked, cached);
            } catch (IOException e) {
                throw new ToolchainException("cannot fetch " + library.packageName() + ": " + e.getMessage(), e);
            }
        }
        return cached;
    }

    private static Path cached(String kind, String packageName, String sha256) {
        return UserCache.folder(kind).resolve(packageName + "-" + sha256.substring(0, 16));
    }

    private Path download(String what, List<String> arguments, String fileName, String sha256)
            throws IOException, ToolchainException {
        Path folder = prepare();
        Command.Result fetch = Command.of(with(aptGet, arguments))
                .in(folder)
                .with(PLAIN_LANGUAGE)
                .tryRun();
        Path file = folder.resolve(fileName);
        if (fetch.exitCode() != 0 || !Files.exists(file)) {
            throw new SourceUnavailable("apt-get does not find the " + what + " (" + firstError(fetch, update) + ")");
        }
        String hash = Sha256.ofFile(file);
        if (!hash.equals(sha256)) {
            throw new ToolchainException(fileName + " has SHA-256 " + hash + ", the recipe allows " + sha256);
        }
        return file;
    }

    /** @return the folder for downloads, once there are lists */
    private Path prepare() throws IOException, ToolchainException {
        if (work != null) {
            return work.resolve("download");
        }
        if (!Command.exists("apt-get")) {
            throw new SourceUnavailable("apt-get not found");
        }
        Path folder = Files.createTempDirectory("microphone-packages");
        work = folder;
        Path parts = Files.createDirectory(folder.resolve("parts"));
        copySystemLists(parts);
        Path lists = folder.resolve("lists");
        Path cache = folder.resolve("cache");
        Files.createDirectories(lists.resolve("partial"));
        Files.createDirectories(cache.resolve("archives/partial"));
        aptGet = List.of(
                "apt-get",
                "-q",
                "-o",
                "Dir::Etc::sourcelist=" + Files.createFile(folder.resolve("empty.list")),
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
        update =
                Command.of(with(aptGet, List.of("update"))).with(PLAIN_LANGUAGE).tryRun();
        return Files.createDirectory(folder.resolve("download"));
    }

    @Override
    public void close() {
        Folders.deleteQuietly(work);
        work = null;
    }

    private static String firstError(Command.@Nullable Result... results) {
        for (Command.Result result : results) {
            if (result == null) {
                continue;
            }
            for (String line : result.output().lines().toList()) {
                if (line.startsWith("E: ")) {
                    return line.substring(3);
                }
            }
        }
        return "no error given";
    }

    private static List<String> with(List<String> command, List<String> more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(more);
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
        return text.replaceAll("(?mi)^Types:.*$", "Types: deb deb-src");
    }

    /** One line an archive: each {@code deb} line is followed by the same of {@code deb-src}; others go. */
    static String sourcesOfLines(String text) {
        return text.lines()
                .filter(line -> line.matches("\\s*deb\\s.*"))
                .distinct()
                .map(line -> line.strip() + "\n" + line.strip().replaceFirst("deb", "deb-src"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** tar is part of every Debian; a program for xz is not, so that part is done in Java. */
    private static void unpack(Path archive, UpstreamSource source, Path target)
            throws IOException, ToolchainException {
        Path tar = archive.resolveSibling(archive.getFileName() + ".tar");
        try (InputStream packed = new BufferedInputStream(Files.newInputStream(archive));
                InputStream in =
                        archive.toString().endsWith(".gz") ? new GZIPInputStream(packed) : new XZInputStream(packed)) {
            Files.copy(in, tar, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> command = new ArrayList<>(List.of(
                "tar",
                "-xf",
                tar.toString(),
                "-C",
                target.toString(),
                "--strip-components=1",
                "--no-same-owner",
                "--wildcards",
                "*/" + source.folder() + "/*"));
        // What already lies in the folder must not be named twice.
        source.licences().stream()
                .filter(licence -> licence.startsWith("../"))
                .forEach(licence -> command.add(
                        "*/" + Path.of(source.folder()).resolve(licence).normalize()));
        Command.of(command).run();
        Files.delete(tar);
    }

    private static void moveIfAbsent(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
            // Another build was faster; what it put there passed the same check, and ours is deleted.
            return;
        }
    }
}
