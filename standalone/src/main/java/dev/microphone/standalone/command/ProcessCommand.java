package dev.microphone.standalone.command;

import dev.microphone.edge.dsp.AgcSettings;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.standalone.batch.Batch;
import dev.microphone.standalone.batch.BatchDump;
import dev.microphone.standalone.batch.BatchPlan;
import dev.microphone.standalone.batch.BatchReport;
import dev.microphone.standalone.batch.OutputFormat;
import dev.microphone.standalone.dump.StageDump;
import dev.microphone.standalone.plugin.Plugins;
import dev.microphone.standalone.terminal.Interruption;
import dev.microphone.standalone.terminal.Terminal;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.metrics.Metrics;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code process}. */
@Command(
        name = "process",
        description = "Sends audio files through a chain, on all cores, as fast as they go.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone process talk.wav -o clean.flac --chain rnnoise",
            "  microphone process interviews/ more.wav -o clean/ --chain \"highpass(hz=80),rnnoise\" --agc on",
            "  microphone process call.wav --reference loudspeaker.wav -o clean.wav --chain aec3,rnnoise",
            "  microphone process talk.wav -o clean.wav --chain highpass,./mine.wasm --dump-stages stages/",
            "",
            "The result has the length of the input and lies under it sample by sample: a chain's delay is",
            "taken off. It is 48 kHz, 16 bits, stereo."
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class ProcessCommand implements Callable<Integer> {
    private static final int NO_WARM_UP = 0;

    /** As shells have it for a command that Ctrl-C ended. */
    private static final int CANCELLED = 130;

    @Parameters(arity = "1..*", paramLabel = "IN", description = "WAV files, and folders to search through.")
    private List<Path> inputs;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT",
            description = "A file for one input (.wav or .flac), a folder for several.")
    private String output;

    @Option(
            names = "--chain",
            required = true,
            paramLabel = "CHAIN",
            description = "Plugin names or .wasm files, with commas between; 'none' only converts.")
    private String chain;

    @Option(
            names = "--reference",
            paramLabel = "FAR",
            description = "For echo cancellation, what the loudspeaker played meanwhile: a WAV file that begins with"
                    + " IN, or a folder with one of the same name for each IN.")
    private @Nullable Path reference;

    @Option(
            names = "--format",
            defaultValue = "wav",
            paramLabel = "FORMAT",
            description = "Of the files in an output folder: ${COMPLETION-CANDIDATES}; default wav.")
    private OutputFormat format;

    @Option(
            names = "--agc",
            defaultValue = "off",
            paramLabel = "on|off",
            description = "Brings speech to an even level; default off: recordings are levelled already.")
    private OnOff agc;

    @Option(names = "--force", description = "Overwrites what is there.")
    private boolean force;

    @Option(names = "--jobs", paramLabel = "N", description = "Files at a time; default: one a core.")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Mixin
    private DumpOptions dumpOptions;

    @Override
    public Integer call() throws Exception {
        if (jobs < 1) {
            throw UserError.badUsage("--jobs " + jobs + ": at least 1 is needed");
        }
        BatchPlan plan = BatchPlan.of(inputs, output, format, force);
        if (reference != null) {
            plan = plan.withReference(reference, inputs);
        }
        NormaliserSettings settings =
                NormaliserSettings.forFiles().withAgc(agc == OnOff.ON ? AgcSettings.on() : AgcSettings.off());
        ChainSpec spec = Flags.checked("--chain", chain, ChainSpec::parse);
        Consumer<String> messages = System.err::println;
        try (StageDump dump = dumpOptions.open(StageDump.WhenBehind.WAIT, messages);
                Plugins plugins = new Plugins(Plugins.OFFLINE_LIMITS, NO_WARM_UP, messages)) {
            BatchDump batchDump = dump == null ? null : new BatchDump(dump, spec);
            return process(plan, settings, plugins.prepare(spec.toString()), batchDump);
        }
    }

    private int process(BatchPlan plan, NormaliserSettings settings, PreparedChain prepared, @Nullable BatchDump dump)
            throws Exception {
        Metrics metrics = new Metrics();
        BatchReport report = new BatchReport(System.err, Terminal.isErrorTerminal(), plan, System::nanoTime);
        Batch batch = new Batch(
                settings, faults -> prepared.newChain(FaultPolicy.DEFAULT, faults, metrics), jobs, report, dump);
        return Interruption.endsBy(batch::cancel, CANCELLED, () -> {
            Batch.Outcome outcome = batch.run(plan);
            report.summary(outcome, output);
            return outcome.failed() == 0 && outcome.cancelled() == 0 ? 0 : UserError.FAILED;
        });
    }
}
