package dev.microphone.standalone.command;

import picocli.CommandLine.Command;

/** {@code plugins}. */
@Command(name = "plugins", description = "Lists and checks plugins.")
final class PluginsCommand {}
