package dev.microphone.standalone.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command without a subcommand; {@link CommandLines} adds those. */
@Command(
        name = "microphone",
        versionProvider = Version.class,
        description = "Captures sound, cleans it with sandboxed WASM plugins, and delivers it: all on this machine.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone demo                           hear and see what it does, without a microphone",
            "  microphone devices                        which microphones there are",
            "  microphone run --source alsa:default --chain rnnoise --sink ws: --sink flac:recordings/",
            "  microphone process talk.wav -o clean.flac --chain rnnoise",
            "",
            "Exit codes: 0 done, 1 failed, 2 bad usage or config. 'microphone COMMAND --help' says more."
        })
// picocli fills the fields, and reads the flags of help and version itself.
@SuppressWarnings({"NullAway.Init", "UnusedVariable"})
final class MicrophoneCommand implements Runnable {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Shows the versions of Microphone and of Java.")
    private boolean version;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Shows stack traces with errors.")
    private boolean debug;

    @Spec
    private CommandSpec spec;

    boolean isDebug() {
        return debug;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing: known are "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
