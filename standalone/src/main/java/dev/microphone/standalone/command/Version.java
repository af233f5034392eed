package dev.microphone.standalone.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** One line: the versions of Microphone and of Java. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("resource version.properties cannot be read", e);
        }
        return new String[] {"microphone " + properties.getProperty("version") + ", Java " + Runtime.version()};
    }
}
