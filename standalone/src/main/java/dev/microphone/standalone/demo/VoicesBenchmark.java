package dev.microphone.standalone.demo;

import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.standalone.batch.Batch;
import dev.microphone.standalone.batch.BatchPlan;
import dev.microphone.standalone.batch.BatchProgress;
import dev.microphone.standalone.batch.OutputFormat;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.standalone.measure.NoiseLevel;
import dev.microphone.standalone.measure.SiSdr;
import dev.microphone.standalone.plugin.Plugins;
import dev.microphone.standalone.terminal.Table;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** How much noise RNNoise takes from real voices, and how much of the voices it leaves. */
public final class VoicesBenchmark implements Benchmark {
    private static final List<Integer> SNRS_DB = List.of(0, 5, 10);
    private static final double PAUSE_BELOW_DBFS = -55;
    /** 9 dB below the voice's mean level: vowels, and most of the rest. */
    private static final double SPEECH_ABOVE_DBFS = -35;

    /**
     * What became of one mixture.
     *
     * @param chain it went through
     * @param noiseGoneDb in the pauses
     * @param siSdrBeforeDb of the mixture against the voice alone
     * @param voiceChangeDb level after, against the voice alone, while it speaks
     */
    record Row(
            String chain,
            RoomNoise noise,
            int snrDb,
            double noiseGoneDb,
            double siSdrBeforeDb,
            double siSdrAfterDb,
            double voiceChangeDb) {}

    @Override
    public String name() {
        return "voices";
    }

    @Override
    public String description() {
        return "recorded voices (Debian's " + RecordedVoices.PACKAGE
                + ") in four noises at 0, 5 and 10 dB through 'process --chain rnnoise' (hum with its notches too): noise gone, voice left";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Table table = new Table(
                "chain",
                "noise",
                "speech to noise",
                "noise gone in the pauses",
                "SI-SDR before",
                "after",
                "level of the voice");
        List<Row> rows = new ArrayList<>(measure("rnnoise", RoomNoise.values()));
        rows.addAll(measure("rnnoise(hum=50)", RoomNoise.HUM));
        for (Row row : rows) {
            table.row(
                    row.chain(),
                    row.noise().name().toLowerCase(Locale.ROOT),
                    row.snrDb() + " dB",
                    decibels(row.noiseGoneDb()),
                    decibels(row.siSdrBeforeDb()),
                    decibels(row.siSdrAfterDb()),
                    decibels(row.voiceChangeDb()));
        }
        table.lines().forEach(out::println);
    }

    static List<Row> measure(String chain, RoomNoise... noises) throws IOException, InterruptedException {
        float[] words = RecordedVoices.read();
        Path folder = Files.createTempDirectory("voices");
        Consumer<String> nobody = message -> {};
        try (Plugins plugins = new Plugins(Plugins.OFFLINE_LIMITS, 0, nobody)) {
            PreparedChain prepared = plugins.prepare(chain);
            List<Row> rows = new ArrayList<>();
            for (RoomNoise noise : noises) {
                for (int snrDb : SNRS_DB) {
                    rows.add(row(chain, prepared, words.clone(), noise, snrDb, folder));
                }
            }
            return rows;
        } finally {
            delete(folder);
        }
    }

    private static Row row(String name, PreparedChain chain, float[] words, RoomNoise noise, int snrDb, Path folder)
            throws IOException, InterruptedException {
        DemoAudio audio = DemoAudio.mix(words, 0, noise, snrDb);
        Path noisy = folder.resolve("noisy-" + snrDb + ".wav");
        Path clean = folder.resolve("clean-" + snrDb + ".wav");
        audio.writeNoisy(noisy);
        Metrics metrics = new Metrics();
        Batch batch = new Batch(
                NormaliserSettings.forFiles(),
                faults -> chain.newChain(FaultPolicy.DEFAULT, faults, metrics),
                1,
                new FailureThrows());
        batch.run(BatchPlan.of(List.of(noisy), clean.toString(), OutputFormat.WAV, true));
        float[] after = Recorded.left(clean);
        return new Row(
                name,
                noise,
                snrDb,
                pauses(audio, audio.noisy()) - pauses(audio, after),
                SiSdr.ofDb(audio.voice(), audio.noisy()),
                SiSdr.ofDb(audio.voice(), after),
                speech(audio, after) - speech(audio, audio.voice()));
    }

    private static double speech(DemoAudio audio, float[] recording) {
        return NoiseLevel.inSpeechDbfs(audio.voice(), recording, DemoAudio.SAMPLE_RATE_HZ, SPEECH_ABOVE_DBFS);
    }

    private static double pauses(DemoAudio audio, float[] recording) {
        return NoiseLevel.inPausesDbfs(audio.voice(), recording, DemoAudio.SAMPLE_RATE_HZ, PAUSE_BELOW_DBFS);
    }

    private static String decibels(double value) {
        return String.format(Locale.ROOT, "%.1f dB", value).replace('-', '−');
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Nothing may go wrong here. */
    private static final class FailureThrows implements BatchProgress {
        @Override
        public void advanced(Path input, long bytes, long audioNs) {}

        @Override
        public void warned(Path input, String warning) {
            throw new IllegalStateException(input + ": " + warning);
        }

        @Override
        public void failed(Path input, String reason) {
            throw new IllegalStateException(input + ": " + reason);
        }
    }
}
