package dev.microphone.plugins.toolchain;

import java.util.List;

/**
 * Code of others, named by Debian source package and version and pinned by the hash of its archive.
 *
 * @param packageName source package
 * @param version its full version
 * @param archive the one file of the source package that is taken
 * @param sha256 of that file, hexadecimal
 * @param folder in the archive, below its one top folder: all that is unpacked
 * @param sources C and C++ files to compile, relative to that folder
 * @param includes header folders, relative to it
 * @param licences its licence and what belongs to it, relative to it
 */
record UpstreamSource(
        String packageName,
        String version,
        String archive,
        String sha256,
        String folder,
        List<String> sources,
        List<String> includes,
        List<String> licences) {}
