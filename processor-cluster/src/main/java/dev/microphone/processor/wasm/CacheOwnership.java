package dev.microphone.processor.wasm;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Who may change a file whose content is going to run here: only this process's user and root, as ssh has it for its
 * keys. Where files have no owners (Windows), everything passes.
 */
final class CacheOwnership {
    private static final int ROOT = 0;
    private static final int WRITABLE_BY_OTHERS = 0_022;
    private static final Path SELF = Path.of("/proc/self");

    private CacheOwnership() {}

    /** @return why what is there must not be trusted; null when it may be, or is not there */
    static @Nullable String refusal(Path path) {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("unix")) {
            return null;
        }
        try {
            int owner = (Integer) Files.getAttribute(path, "unix:uid");
            int mode = (Integer) Files.getAttribute(path, "unix:mode");
            return refusal(path, owner, mode, ownUser());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            return path + " cannot be looked at: " + e.getMessage();
        }
    }

    static @Nullable String refusal(Path path, int owner, int mode, int user) {
        if (owner != user && owner != ROOT) {
            return path + " belongs to user " + owner + ", this is user " + user;
        }
        if ((mode & WRITABLE_BY_OTHERS) != 0) {
            return path + " has mode " + Integer.toOctalString(mode & 0_777)
                    + ": others may write to it; 'chmod go-w' mends that";
        }
        return null;
    }

    /** Linux tells by whom its view of this process is owned; elsewhere it is whoever owns the home. */
    private static int ownUser() throws IOException {
        Path owned = Files.isDirectory(SELF) ? SELF : Path.of(System.getProperty("user.home"));
        return (Integer) Files.getAttribute(owned, "unix:uid");
    }
}
