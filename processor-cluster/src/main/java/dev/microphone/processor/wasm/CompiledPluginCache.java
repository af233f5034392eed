package dev.microphone.processor.wasm;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compiled classes on disk, so that a plugin that was seen before loads in milliseconds.
 *
 * <p>One file a module and engine version, written beside its place and moved there whole. A file that is torn, damaged
 * or belongs to another module or version counts as absent, and so does one that was not made with the folder's key: an
 * HMAC covers all of it. The key lies beside the files, readable for its owner alone. So a file that somebody changed or
 * brought here without being able to read as this user is rebuilt; whoever can act as this user is not kept out, here as
 * anywhere. A folder or file that others may write to, or that is theirs, is not used at all. See
 * docs/decisions/compiled-cache.md.
 *
 * <pre>
 * 4 bytes   magic, "MPC2"
 * 32 bytes  HMAC-SHA-256 of all that follows
 * UTF       engine version     UTF  SHA-256 of the module, hexadecimal
 * i32       length of the module without its code, and that
 * UTF       main class
 * i32       classes, each: UTF name, i32 length, bytes
 * i32       functions too long for the JIT, each: UTF
 * </pre>
 */
public final class CompiledPluginCache {
    private static final int MAGIC = 0x4d504332;
    private static final String KEY_FILE = "key";
    private static final int HASH_BYTES = 32;
    private static final int HEADER_BYTES = Integer.BYTES + HASH_BYTES;
    private static final int MAX_FILE_BYTES = 256 << 20;

    private final Path folder;
    private final String engineVersion;

    /** @param folder is created when something is first written */
    public CompiledPluginCache(Path folder) {
        this(folder, EngineVersion.current());
    }

    CompiledPluginCache(Path folder, String engineVersion) {
        this.folder = folder;
        this.engineVersion = engineVersion;
    }

    /** @return why the folder must not be used, in one line; null when it may be */
    @Nullable
    String refusal() {
        return CacheOwnership.refusal(folder);
    }

    /** @return null when there is no usable file */
    @Nullable
    CompiledPlugin get(String moduleDigest) {
        try {
            Path file = fileOf(moduleDigest);
            if (Files.size(file) > MAX_FILE_BYTES || CacheOwnership.refusal(file) != null) {
                return null;
            }
            byte[] key = key();
            return key == null ? null : decode(Files.readAllBytes(file), moduleDigest, key);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            // Torn or unreadable: compiled anew, and put overwrites it or says why it cannot.
            return null;
        }
    }

    void put(String moduleDigest, CompiledPlugin plugin) throws IOException {
        Files.createDirectories(folder, ownerOnly("rwx------"));
        byte[] key = key();
        if (key == null) {
            byte[] made = new byte[HASH_BYTES];
            new SecureRandom().nextBytes(made);
            write(folder.resolve(KEY_FILE), made);
            // Of two processes that begin at once, the later key counts; what the other wrote is made anew.
            key = made;
        }
        write(fileOf(moduleDigest), encode(moduleDigest, plugin, key));
    }

    /** @return null when there is none that can be trusted */
    private byte @Nullable [] key() throws IOException {
        Path file = folder.resolve(KEY_FILE);
        if (CacheOwnership.refusal(file) != null || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        byte[] key = Files.readAllBytes(file);
        return key.length == HASH_BYTES ? key : null;
    }

    private void write(Path file, byte[] bytes) throws IOException {
        Path temporary = Files.createTempFile(folder, "plugin", ".tmp", ownerOnly("rw-------"));
        try {
            Files.write(temporary, bytes);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    Path fileOf(String moduleDigest) {
        return folder.resolve(moduleDigest + "-" + engineVersion + ".classes");
    }

    private byte[] encode(String moduleDigest, CompiledPlugin plugin, byte[] key) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(body)) {
            out.writeUTF(engineVersion);
            out.writeUTF(moduleDigest);
            out.writeInt(plugin.skeleton().length);
            out.write(plugin.skeleton());
            out.writeUTF(plugin.mainClass());
            out.writeInt(plugin.classes().size());
            for (Map.Entry<String, byte[]> entry : plugin.classes().entrySet()) {
                out.writeUTF(entry.getKey());
                out.writeInt(entry.getValue().length);
                out.write(entry.getValue());
            }
            out.writeInt(plugin.hugeFunctions().size());
            for (String function : plugin.hugeFunctions()) {
                out.writeUTF(function);
            }
        }
        byte[] bytes = body.toByteArray();
        return ByteBuffer.allocate(HEADER_BYTES + bytes.length)
                .putInt(MAGIC)
                .put(Digests.hmacSha256(key, bytes, 0, bytes.length))
                .put(bytes)
                .array();
    }

    private @Nullable CompiledPlugin decode(byte[] file, String moduleDigest, byte[] key) throws IOException {
        if (file.length < HEADER_BYTES || ByteBuffer.wrap(file).getInt() != MAGIC) {
            return null;
        }
        byte[] hash = Arrays.copyOfRange(file, Integer.BYTES, HEADER_BYTES);
        byte[] expected = Digests.hmacSha256(key, file, HEADER_BYTES, file.length - HEADER_BYTES);
        if (!MessageDigest.isEqual(hash, expected)) {
            return null;
        }
        DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(file, HEADER_BYTES, file.length - HEADER_BYTES));
        if (!in.readUTF().equals(engineVersion) || !in.readUTF().equals(moduleDigest)) {
            return null;
        }
        byte[] skeleton = new byte[in.readInt()];
        in.readFully(skeleton);
        String mainClass = in.readUTF();
        Map<String, byte[]> classes = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String name = in.readUTF();
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            classes.put(name, bytes);
        }
        List<String> hugeFunctions = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            hugeFunctions.add(in.readUTF());
        }
        return new CompiledPlugin(skeleton, mainClass, classes, hugeFunctions);
    }
}
