package dev.microphone.standalone.batch;

import dev.microphone.edge.dsp.Normaliser;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.AudioSource;
import dev.microphone.edge.source.WavSource;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What the loudspeaker played while a file was recorded: frame by frame, from the same moment on as the recording;
 * silent behind its end. Owned by the file's thread.
 */
final class ReferenceFile implements AutoCloseable {
    private static final int READ_LENGTH = 64 * 1024;

    private final AudioSource source;
    private final Normaliser normaliser;
    private final byte[] chunk = new byte[READ_LENGTH];
    private byte[] audio = new byte[READ_LENGTH];
    private int audioFrom;
    private int audioTo;
    private boolean ended;

    ReferenceFile(Path file, int frameMillis) throws IOException {
        source = WavSource.open(file);
        normaliser =
                new Normaliser(source.format(), NormaliserSettings.forFiles().withFrameMillis(frameMillis));
    }

    /** Fills the frame with its duration of audio. */
    void next(Frame frame) throws IOException {
        int length = frame.pcmLength();
        while (audioTo - audioFrom < length && !ended) {
            read();
        }
        int available = Math.min(length, audioTo - audioFrom);
        System.arraycopy(audio, audioFrom, frame.bytes(), frame.pcmOffset(), available);
        Arrays.fill(frame.bytes(), frame.pcmOffset() + available, frame.pcmOffset() + length, (byte) 0);
        audioFrom += available;
        frame.flags(FrameFlags.REFERENCE);
    }

    private void read() throws IOException {
        int length = source.read(chunk, 0, READ_LENGTH);
        ended = length < 0;
        if (ended) {
            normaliser.finish(this::append);
        } else {
            normaliser.process(chunk, 0, length, source.captureTimeNs(), this::append);
        }
    }

    private void append(byte[] pcm, int offset, int lengthBytes, int flags, long captureTimeNs) {
        if (audioTo + lengthBytes > audio.length) {
            audioTo -= audioFrom;
            System.arraycopy(audio, audioFrom, audio, 0, audioTo);
            audioFrom = 0;
            // A low sample rate makes many samples of one read.
            audio = audioTo + lengthBytes > audio.length ? Arrays.copyOf(audio, 2 * audio.length) : audio;
        }
        System.arraycopy(pcm, offset, audio, audioTo, lengthBytes);
        audioTo += lengthBytes;
    }

    @Override
    public void close() {
        source.close();
    }
}
