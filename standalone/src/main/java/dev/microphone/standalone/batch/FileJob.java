package dev.microphone.standalone.batch;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.dsp.Normaliser;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.dsp.Resampler;
import dev.microphone.edge.source.AudioSource;
import dev.microphone.edge.source.WavSource;
import dev.microphone.processor.chain.Chain;
import dev.microphone.router.sink.recording.AudioWriter;
import dev.microphone.router.sink.recording.FileOutput;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One file from source to sink, straight down, on one thread.
 *
 * <p>It is written under another name and renamed when it is whole, so that no half file ever has the final name.
 */
final class FileJob {
    /** 341 ms of 48 kHz stereo: few system calls, and still in the core's cache. */
    private static final int READ_LENGTH = 64 * 1024;

    private static final int SILENCE_FLAGS = FrameFlags.DUAL_MONO | FrameFlags.DIGITAL_SILENCE;

    private static final String UNFINISHED = ".part";

    private final BatchPlan.Item item;
    private final NormaliserSettings settings;
    private final Chain chain;
    private final FileFaults faults;
    private final BatchProgress progress;
    private final BooleanSupplier cancelled;
    private final @Nullable BatchDump dump;
    private final Frame frame = new Frame();
    private final Frame farEnd = new Frame();
    private @Nullable ReferenceFile reference;
    private long sequence;

    FileJob(
            BatchPlan.Item item,
            NormaliserSettings settings,
            Chain chain,
            FileFaults faults,
            BatchProgress progress,
            BooleanSupplier cancelled,
            @Nullable BatchDump dump) {
        this.item = item;
        this.settings = settings;
        this.chain = chain;
        this.faults = faults;
        this.progress = progress;
        this.cancelled = cancelled;
        this.dump = dump;
    }

    /**
     * Does it.
     *
     * @throws IOException when the input cannot be read or the output not be written; no output is left
     * @throws CancellationException when the batch was cancelled meanwhile; no output is left
     */
    void run() throws IOException {
        try (AudioSource source = WavSource.open(item.input());
                ReferenceFile farEndFile = openReference()) {
            reference = farEndFile;
            Path folder = item.output().toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Path unfinished = item.output().resolveSibling(item.output().getFileName() + UNFINISHED);
            Files.deleteIfExists(unfinished);
            boolean whole = false;
            try {
                AudioWriter writer = item.format().begin(new FileOutput(unfinished));
                try {
                    int frameSamples = CanonicalAudio.samplesPerChannel(settings.frameMillis());
                    convert(listenedTo(source), new AlignedOutput(writer, chain.latencySamples(frameSamples)));
                } finally {
                    writer.close();
                }
                faults.requireNotBypassed();
                Files.move(unfinished, item.output(), StandardCopyOption.REPLACE_EXISTING);
                whole = true;
            } finally {
                if (!whole) {
                    Files.deleteIfExists(unfinished);
                }
            }
            source.warnings().forEach(warning -> progress.warned(item.input(), warning));
            faults.warning().ifPresent(warning -> progress.warned(item.input(), warning));
        }
    }

    private AudioSource listenedTo(AudioSource source) throws IOException {
        return dump == null ? source : dump.listen(item.input(), source, chain);
    }

    private @Nullable ReferenceFile openReference() throws IOException {
        Path file = item.reference();
        return file == null ? null : new ReferenceFile(file, settings.frameMillis());
    }

    private void convert(AudioSource source, AlignedOutput output) throws IOException {
        PcmFormat format = source.format();
        Normaliser normaliser = new Normaliser(format, settings);
        byte[] buffer = new byte[READ_LENGTH];
        long inputSamples = 0;
        try {
            int length = source.read(buffer, 0, READ_LENGTH);
            while (length >= 0) {
                normaliser.process(
                        buffer,
                        0,
                        length,
                        source.captureTimeNs(),
                        (pcm, offset, lengthBytes, flags, timeNs) ->
                                pass(pcm, offset, lengthBytes, flags, timeNs, output, Long.MAX_VALUE));
                int samples = length / format.blockLength();
                inputSamples += samples;
                progress.advanced(item.input(), length, samples * 1_000_000_000L / format.sampleRateHz());
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException();
                }
                length = source.read(buffer, 0, READ_LENGTH);
            }
            finish(normaliser, output, Resampler.outputSamples(inputSamples, format.sampleRateHz()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Pushes out what normaliser and chain still hold, with silence behind it. */
    private void finish(Normaliser normaliser, AlignedOutput output, long totalSamples) {
        normaliser.finish((pcm, offset, lengthBytes, flags, timeNs) ->
                pass(pcm, offset, lengthBytes, flags, timeNs, output, totalSamples));
        byte[] silence =
                new byte[CanonicalAudio.samplesPerChannel(settings.frameMillis()) * CanonicalAudio.BLOCK_LENGTH];
        while (output.writtenSamples() < totalSamples) {
            pass(silence, 0, silence.length, SILENCE_FLAGS, frame.captureTimeNs(), output, totalSamples);
        }
    }

    private void pass(
            byte[] pcm, int offset, int lengthBytes, int flags, long timeNs, AlignedOutput output, long endSamples) {
        frame.samplesPerChannel(lengthBytes / CanonicalAudio.BLOCK_LENGTH)
                .sequence(sequence++)
                .captureTimeNs(timeNs)
                .flags(flags);
        System.arraycopy(pcm, offset, frame.bytes(), frame.pcmOffset(), lengthBytes);
        try {
            if (reference != null) {
                reference.next(farEnd.samplesPerChannel(frame.samplesPerChannel()));
                chain.processReference(farEnd);
            }
            chain.process(frame);
            output.write(frame.bytes(), frame.pcmOffset(), frame.pcmLength(), endSamples);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
