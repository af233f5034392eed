package dev.microphone.transport.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine calls itself. */
public final class MachineName {
    private static final Path LINUX_HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private MachineName() {}

    /** As gethostname(2) says; empty when the machine does not know. */
    public static String get() {
        return read(LINUX_HOST_NAME);
    }

    /** Asked of the kernel: {@link InetAddress#getLocalHost} looks up the name's address too, which may take seconds. */
    static String read(Path hostName) {
        try {
            return Files.readString(hostName).strip();
        } catch (IOException e) {
            return elsewhere();
        }
    }

    private static String elsewhere() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "";
        }
    }
}
