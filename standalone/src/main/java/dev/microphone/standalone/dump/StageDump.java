package dev.microphone.standalone.dump;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import dev.microphone.edge.source.AudioSource;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.ChainTap;
import dev.microphone.transport.frame.CanonicalAudio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes streams into a folder each, a WAV file a stage: {@code 00-captured} (in the source's own format), {@code
 * 01-normalised}, one for each plugin, {@code …-routed}; those of a chain that it is given later in a folder inside.
 *
 * <p>Stages hand their audio to a bounded queue, allocating nothing; a thread of its own writes. Any thread; closed when
 * the stages have stopped.
 */
public final class StageDump implements AutoCloseable {
    private static final PcmFormat CANONICAL =
            new PcmFormat(CanonicalAudio.SAMPLE_RATE_HZ, CanonicalAudio.CHANNELS, SampleEncoding.S16);
    private static final int MAX_NAME_LENGTH = 60;
    /** Of one stream, each some open files; more is a script that changes chains in a loop. */
    private static final int MAX_CHAINS = 20;

    /** What a stage does while the writer is behind. */
    public enum WhenBehind {
        /** Live: the audio is missing in the dump, and counted. */
        LEAVE_OUT,
        /** Files: the stage waits. */
        WAIT
    }

    private final Path folder;
    private final DumpQueue queue;
    private final Consumer<String> messages;

    /**
     * @param folder is made when it is not there; nothing in it is overwritten
     * @param limitBytes of all files together; what comes later is not dumped
     * @param messages told once when the limit is reached or a file cannot be written, and at the end what there is
     */
    public StageDump(Path folder, long limitBytes, WhenBehind whenBehind, Consumer<String> messages)
            throws IOException {
        this.folder = Files.createDirectories(folder);
        this.queue = new DumpQueue(folder, limitBytes, whenBehind, messages);
        this.messages = messages;
    }

    /** Makes the stream's files; before its first audio. */
    public Stream stream(String name, PcmFormat captured, ChainSpec chain, boolean routed) throws IOException {
        Path own = newFolder(safe(name));
        int capturedTrack = queue.add(own.resolve(fileName(0, "captured")), captured);
        ChainTap tap = tap(own, chain);
        int stages = chain.plugins().size() + 2;
        int routedTrack = routed ? queue.add(own.resolve(fileName(stages, "routed")), CANONICAL) : -1;
        return new Stream(own, capturedTrack, tap, routedTrack);
    }

    private ChainTap tap(Path own, ChainSpec chain) throws IOException {
        int[] tracks = new int[chain.plugins().size() + 1];
        tracks[0] = queue.add(own.resolve(fileName(1, "normalised")), CANONICAL);
        for (int i = 1; i < tracks.length; i++) {
            String plugin = pluginName(chain.plugins().get(i - 1).reference());
            tracks[i] = queue.add(own.resolve(fileName(i + 1, plugin)), CANONICAL);
        }
        return (stage, frame) -> queue.offer(tracks[stage], frame.bytes(), frame.pcmOffset(), frame.pcmLength());
    }

    /** One stream's stages. */
    public final class Stream {
        private final Path own;
        private final int capturedTrack;
        private final ChainTap chain;
        private final int routedTrack;
        private int chains = 1;

        private Stream(Path own, int capturedTrack, ChainTap chain, int routedTrack) {
            this.own = own;
            this.capturedTrack = capturedTrack;
            this.chain = chain;
            this.routedTrack = routedTrack;
        }

        /** The same source, whose reads are dumped. */
        public AudioSource captured(AudioSource source) {
            return new DumpedSource(source, queue, capturedTrack);
        }

        /** For the chain that the stream begins with. */
        public ChainTap chain() {
            return chain;
        }

        /**
         * For a chain that takes that one's place: its files lie in {@code chain-2} and so on. One thread.
         *
         * @return empty when they cannot be made, which is told; the stream goes on all the same
         */
        public Optional<ChainTap> nextChain(ChainSpec next) {
            if (chains == MAX_CHAINS) {
                messages.accept(
                        own + ": has had " + MAX_CHAINS + " chains: the stages of '" + next + "' are not dumped");
                return Optional.empty();
            }
            chains++;
            try {
                return Optional.of(tap(Files.createDirectory(own.resolve("chain-" + chains)), next));
            } catch (IOException e) {
                messages.accept(own + ": the stages of '" + next + "' are not dumped: " + e);
                return Optional.empty();
            }
        }

        void routed(byte[] pcm, int offset, int length) {
            queue.offer(routedTrack, pcm, offset, length);
        }
    }

    private Path newFolder(String name) throws IOException {
        Path candidate = folder.resolve(name);
        for (int i = 2; Files.exists(candidate); i++) {
            candidate = folder.resolve(name + "-" + i);
        }
        return Files.createDirectory(candidate);
    }

    private static String fileName(int number, String stage) {
        return String.format(java.util.Locale.ROOT, "%02d-%s.wav", number, stage);
    }

    private static String pluginName(String reference) {
        String file = reference.substring(reference.lastIndexOf('/') + 1);
        return safe(file.endsWith(".wasm") ? file.substring(0, file.length() - ".wasm".length()) : file);
    }

    /** A file name of one part, whatever the text: letters, digits, dots, dashes; never hidden, never "..". */
    static String safe(String text) {
        String plain = text.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[.-]+", "_");
        return plain.isEmpty() ? "_" : plain.substring(0, Math.min(plain.length(), MAX_NAME_LENGTH));
    }

    /** Writes what is queued, finishes the files, and says what there is. */
    @Override
    public void close() {
        queue.close();
    }
}
