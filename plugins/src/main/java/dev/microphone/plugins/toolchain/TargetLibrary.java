package dev.microphone.plugins.toolchain;

import java.util.List;

/**
 * A library compiled for WASM with its headers, named by Debian binary package (of all architectures) and version and
 * pinned by the hash of the package. It is unpacked into the user's cache; nothing is installed.
 *
 * @param packageName binary package
 * @param version its full version
 * @param sha256 of the package's file, hexadecimal
 * @param includes header folders in it, for C++ alone where their path has a folder c++
 * @param archives what is linked, in order
 */
record TargetLibrary(String packageName, String version, String sha256, List<String> includes, List<String> archives) {
    /** Where a Debian package keeps the licences of what it holds. */
    String licence() {
        return "usr/share/doc/" + packageName + "/copyright";
    }
}
