package dev.microphone.standalone.command;

import dev.microphone.standalone.command.plugins.PluginsCommand;
import dev.microphone.standalone.terminal.DidYouMean;
import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the commands together, and decides how errors are shown: one clear line on stderr, and an exit code. */
public final class CommandLines {
    private static final String PREFIX = "microphone: ";

    /** By name, in the order of the help. */
    private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("demo", DemoCommand.class);
        COMMANDS.put("run", RunCommand.class);
        COMMANDS.put("process", ProcessCommand.class);
        COMMANDS.put("agent", AgentCommand.class);
        COMMANDS.put("processor", ProcessorCommand.class);
        COMMANDS.put("router", RouterCommand.class);
        COMMANDS.put("cluster", ClusterCommand.class);
        COMMANDS.put("devices", DevicesCommand.class);
        COMMANDS.put("plugins", PluginsCommand.class);
        COMMANDS.put("config", ConfigCommand.class);
        COMMANDS.put("bench", BenchCommand.class);
        COMMANDS.put("version", VersionCommand.class);
    }

    static {
        // picocli would look for Groovy's closures, and so open every jar of the class path before a command runs.
        System.setProperty("picocli.disable.closures", "true");
    }

    private CommandLines() {}

    /**
     * The command line, ready to execute these arguments. Where they begin with a command, it knows no other: picocli reads
     * all annotations of all commands that it is given, which takes longer than all else before the command runs.
     */
    public static CommandLine microphone(String... arguments) {
        CommandLine commandLine = new CommandLine(new MicrophoneCommand());
        Class<?> named = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        (named == null ? COMMANDS.values() : List.of(named)).forEach(commandLine::addSubcommand);
        return commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setUsageHelpLongOptionsMaxWidth(34)
                .setParameterExceptionHandler((e, given) -> badUsage(e))
                .setExecutionExceptionHandler((e, failed, parsed) -> failed(e, failed));
    }

    private static int badUsage(ParameterException e) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(PREFIX + message(e));
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        if (isDebug(command)) {
            e.printStackTrace(err);
        }
        return UserError.BAD_USAGE;
    }

    private static String message(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            String found = unmatched.getUnmatched().get(0);
            CommandLine command = e.getCommandLine();
            boolean isOption = found.startsWith("-");
            List<String> known = isOption
                    ? command.getCommandSpec().options().stream()
                            .flatMap(option -> List.of(option.names()).stream())
                            .toList()
                    : List.copyOf(command.getSubcommands().keySet());
            String kind =
                    isOption ? "unknown option '" : known.isEmpty() ? "one word too many: '" : "unknown command '";
            String suggestion = DidYouMean.suffix(found, known);
            String allowed = known.isEmpty() || !suggestion.isEmpty() ? suggestion : ": known are " + words(known);
            return kind + found + "'" + allowed;
        }
        String message = String.valueOf(e.getMessage());
        if (e instanceof MissingParameterException || message.isEmpty()) {
            return message;
        }
        return Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    private static String words(List<String> known) {
        return String.join(", ", known.stream().sorted().toList());
    }

    private static int failed(Exception e, CommandLine command) {
        PrintWriter err = command.getErr();
        String debugHint = "";
        int exitCode = UserError.FAILED;
        if (e instanceof UserError userError) {
            exitCode = userError.exitCode();
            String.valueOf(userError.getMessage()).lines().forEach(line -> err.println(PREFIX + line));
        } else if (e instanceof IOException io) {
            err.println(PREFIX + ioMessage(io));
        } else {
            debugHint = isDebug(command) ? "" : " (a fault of ours: --debug shows where)";
            err.println(PREFIX + e + debugHint);
        }
        if (isDebug(command)) {
            e.printStackTrace(err);
        }
        return exitCode;
    }

    /** Java's own messages are mostly the file name alone. */
    private static String ioMessage(IOException e) {
        if (e instanceof FileSystemException fileSystem && fileSystem.getReason() == null) {
            String problem =
                    e.getClass().getSimpleName().replace("Exception", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ");
            return fileSystem.getFile() + ": " + problem.toLowerCase(java.util.Locale.ROOT);
        }
        return String.valueOf(e.getMessage());
    }

    private static boolean isDebug(CommandLine command) {
        CommandLine root = command;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return ((MicrophoneCommand) root.getCommand()).isDebug();
    }
}
