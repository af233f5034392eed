package dev.microphone.standalone.command;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** What one run of the command line in this process printed, and how it ended. */
record Result(int exitCode, String out, String err) {
    /** One at a time: standard output and error are the process's. */
    static synchronized Result of(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream formerOut = System.out;
        PrintStream formerErr = System.err;
        PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
        System.setOut(outStream);
        System.setErr(errStream);
        try {
            CommandLine commandLine = CommandLines.microphone(arguments)
                    .setOut(new PrintWriter(outStream, true, StandardCharsets.UTF_8))
                    .setErr(new PrintWriter(errStream, true, StandardCharsets.UTF_8));
            int exitCode = commandLine.execute(arguments);
            return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(formerOut);
            System.setErr(formerErr);
        }
    }
}
