package dev.microphone.plugins.toolchain;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The clang and lld inside {@code org.bytedeco:llvm}, unpacked once into the user's cache folder (about 280 MB of the
 * archive's 500). JavaCPP's own loader is not used: it unpacks everything, and under library names that this version's
 * programs do not look for.
 */
final class BundledClang {
    private static final String PACKAGE = "org/bytedeco/llvm/";
    private static final String VERSION_FILE = "META-INF/maven/org.bytedeco/llvm/pom.properties";
    /** The few of clang's own headers that C without a C library uses. */
    private static final String HEADERS =
            "/include/(std(arg|bool|def|int|align|noreturn)|__std[a-z_]+|float|limits)\\.h";

    private final String version;
    private final Path folder;
    private final Path resourceFolder;

    private BundledClang(String version, Path folder, Path resourceFolder) {
        this.version = version;
        this.folder = folder;
        this.resourceFolder = resourceFolder;
    }

    Path clang() {
        return program("clang");
    }

    Path lld() {
        return program("lld");
    }

    /** What clang takes as {@code -resource-dir}. */
    Path resourceFolder() {
        return resourceFolder;
    }

    /** Changes with the compiler, so that what it built is built anew. */
    String version() {
        return version;
    }

    private Path program(String name) {
        Path windows = folder.resolve("bin").resolve(name + ".exe");
        return Files.exists(windows) ? windows : folder.resolve("bin").resolve(name);
    }

    /** From the class path. Unpacks it when it is not there yet. Safe when several builds do so at once. */
    static BundledClang find() throws ToolchainException {
        String platform = platform();
        URL clang = BundledClang.class.getClassLoader().getResource(PACKAGE + platform + "/" + clangName(platform));
        if (clang == null) {
            throw new ToolchainException("no clang for " + platform
                    + " on the class path: org.bytedeco:llvm brings it for linux-x86_64, linux-arm64, macosx-arm64"
                    + " and windows-x86_64");
        }
        return find(platform, version(clang), () -> archive(clang));
    }

    /**
     * The one with which this jar's plugins were built, as the build left it in the user's cache folder; when it is gone
     * from there, Maven gets it again. At run time the archive is not on the class path: it is larger than all else.
     *
     * @param messages told before something slow
     */
    static BundledClang installed(Consumer<String> messages) throws ToolchainException {
        String platform = platform();
        String version = BuildVersion.read();
        return find(platform, version, () -> ClangArchive.fetch(version, platform, messages));
    }

    /** Where the archive comes from, once it is needed. */
    private interface Archive {
        JarFile open() throws IOException, ToolchainException;
    }

    private static BundledClang find(String platform, String version, Archive archive) throws ToolchainException {
        Path folder = UserCache.folder("llvm").resolve(version + "-" + platform);
        try {
            if (!Files.exists(folder)) {
                unpack(archive.open(), platform, version, folder);
            }
            return new BundledClang(version, folder, resourceFolder(folder));
        } catch (IOException e) {
            throw new ToolchainException("cannot unpack clang into " + folder + ": " + e.getMessage(), e);
        }
    }

    /** JavaCPP's name of the machine this runs on. */
    static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch");
        String systemName = system.startsWith("mac") ? "macosx" : system.startsWith("windows") ? "windows" : "linux";
        return systemName + "-" + (machine.equals("amd64") ? "x86_64" : machine.equals("aarch64") ? "arm64" : machine);
    }

    private static String clangName(String platform) {
        return platform.startsWith("windows") ? "clang.exe" : "clang";
    }

    private static JarFile archive(URL entry) throws IOException {
        return ((JarURLConnection) entry.openConnection()).getJarFile();
    }

    /** The platform's archive does not carry its version, the one beside it on the class path does. */
    private static String version(URL clang) throws ToolchainException {
        try (InputStream in = BundledClang.class.getClassLoader().getResourceAsStream(VERSION_FILE)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
                return properties.getProperty("version");
            }
            throw new ToolchainException("no " + VERSION_FILE + " beside " + clang);
        } catch (IOException e) {
            throw new ToolchainException("cannot read " + VERSION_FILE + ": " + e.getMessage(), e);
        }
    }

    private static void unpack(JarFile archive, String platform, String version, Path folder) throws IOException {
        Path parent = Files.createDirectories(UserCache.folder("llvm"));
        Path unpacked = Files.createTempDirectory(parent, "unpacking-");
        for (JarEntry entry : archive.stream().toList()) {
            String name = entry.getName();
            if (entry.isDirectory() || !name.startsWith(PACKAGE + platform + "/")) {
                continue;
            }
            String target = target(name.substring((PACKAGE + platform + "/").length()), version);
            if (!target.isEmpty()) {
                Path file = unpacked.resolve(target);
                Files.createDirectories(file.getParent());
                try (InputStream in = archive.getInputStream(entry)) {
                    Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                }
                if (target.startsWith("bin/") && !file.toFile().setExecutable(true)) {
                    throw new IOException("cannot make " + file + " executable");
                }
            }
        }
        try {
            Files.move(unpacked, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
            Folders.deleteQuietly(unpacked);
        }
    }

    /** Where an entry goes, or "" for what is not needed. Linux programs look for libraries by their versioned names. */
    private static String target(String entry, String version) {
        String majorMinor = version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
        if (entry.matches("(clang|lld)(\\.exe)?")) {
            return "bin/" + entry;
        }
        if (entry.matches("lib(LLVM|clang-cpp)\\.so")) {
            return "lib/" + entry + "." + majorMinor;
        }
        if (entry.matches("lib(LLVM|clang-cpp)\\.dylib") || entry.matches("lib/clang/\\d+" + HEADERS)) {
            return entry.startsWith("lib/") ? entry : "lib/" + entry;
        }
        return "";
    }

    private static Path resourceFolder(Path folder) throws IOException {
        try (var versions = Files.list(folder.resolve("lib/clang"))) {
            List<Path> found = new ArrayList<>(versions.toList());
            if (found.size() != 1) {
                throw new IOException("expected one folder in " + folder.resolve("lib/clang") + ", found " + found);
            }
            return found.get(0);
        }
    }
}
