package dev.microphone.processor.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * By what a change of a plugin's file is noticed, without reading it: which file it is, behind all links, its length and
 * its time; and the same of the signature beside it.
 */
record FileStamp(Part module, @Nullable Part signature) {
    /** @param key the file's own identity, where the file system has one */
    record Part(@Nullable Object key, long length, FileTime modified) {}

    /** @return null when the module is not there */
    static @Nullable FileStamp of(Path file) {
        Part module = part(file);
        return module == null ? null : new FileStamp(module, part(PluginSources.signatureOf(file)));
    }

    private static @Nullable Part part(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? new Part(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime())
                    : null;
        } catch (IOException e) {
            // Not there, or on its way out.
            return null;
        }
    }
}
