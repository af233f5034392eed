package dev.microphone.standalone.command;

import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.standalone.terminal.DidYouMean;
import dev.microphone.standalone.terminal.Table;
import dev.microphone.standalone.terminal.UserError;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench}. */
@Command(
        name = "bench",
        description = "Measures speed and memory, each figure beside what it is compared with.",
        footerHeading = "%nExamples:%n",
        footer = {"  microphone bench --list", "  microphone bench              all of them, one after the other"})
final class BenchCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Which ones; all when none is named.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "Lists them and measures nothing.")
    private boolean list;

    @Override
    public Integer call() throws Exception {
        List<Benchmark> known = ServiceLoader.load(Benchmark.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Benchmark::name))
                .toList();
        List<Benchmark> chosen = chosen(known);
        PrintStream out = System.out;
        if (list) {
            Table table = new Table("name", "what");
            known.forEach(benchmark -> table.row(benchmark.name(), benchmark.description()));
            table.lines().forEach(out::println);
            return 0;
        }
        for (Benchmark benchmark : chosen) {
            out.println("== " + benchmark.name() + ": " + benchmark.description());
            benchmark.run(out);
            out.println();
        }
        return 0;
    }

    private List<Benchmark> chosen(List<Benchmark> known) {
        if (known.isEmpty()) {
            throw UserError.failed("no benchmark is on the class path: start with ./microphone bench");
        }
        List<String> knownNames = known.stream().map(Benchmark::name).toList();
        for (String name : names) {
            if (!knownNames.contains(name)) {
                throw UserError.badUsage("unknown benchmark '" + name + "'" + DidYouMean.suffix(name, knownNames)
                        + ": known are " + String.join(", ", knownNames));
            }
        }
        return names.isEmpty()
                ? known
                : known.stream()
                        .filter(benchmark -> names.contains(benchmark.name()))
                        .toList();
    }
}
