package dev.microphone.loadtest.plugin;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.microphone.transport.frame.CanonicalAudio;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * SpeexDSP's echo canceller (MDF, J.-M. Valin, "On adjusting the learning rate in frequency domain echo cancellation with
 * double-talk", IEEE TASLP 15, 2007), in the library that the system has installed (Debian package libspeexdsp1), with or
 * without its preprocessor behind it, which suppresses what is left of the echo, and noise: it does not do the one without the
 * other. One channel, blocks of 10 ms.
 */
final class SpeexEchoCanceller implements AutoCloseable {
    private static final int FRAME_SAMPLES = 480;
    /** 400 ms: what AEC3 finds an echo in. */
    private static final int TAIL_SAMPLES = 19_200;

    private static final int SET_SAMPLING_RATE = 24;
    private static final int SET_ECHO_STATE = 24;

    private final Api api = Native.load("libspeexdsp.so.1", Api.class);
    private final Pointer canceller;
    private final Pointer suppressor;
    private final boolean suppresses;

    interface Api extends Library {
        Pointer speex_echo_state_init(int frameSamples, int tailSamples);

        int speex_echo_ctl(Pointer state, int request, Pointer value);

        void speex_echo_cancellation(Pointer state, Pointer near, Pointer far, Pointer out);

        void speex_echo_state_destroy(Pointer state);

        Pointer speex_preprocess_state_init(int frameSamples, int rateHz);

        int speex_preprocess_ctl(Pointer state, int request, Pointer value);

        int speex_preprocess_run(Pointer state, Pointer samples);

        void speex_preprocess_state_destroy(Pointer state);
    }

    /** @throws UnsatisfiedLinkError when the library is not there */
    SpeexEchoCanceller(boolean suppresses) {
        this.suppresses = suppresses;
        canceller = api.speex_echo_state_init(FRAME_SAMPLES, TAIL_SAMPLES);
        suppressor = api.speex_preprocess_state_init(FRAME_SAMPLES, CanonicalAudio.SAMPLE_RATE_HZ);
        try (Memory value = new Memory(Integer.BYTES)) {
            value.setInt(0, CanonicalAudio.SAMPLE_RATE_HZ);
            api.speex_echo_ctl(canceller, SET_SAMPLING_RATE, value);
        }
        api.speex_preprocess_ctl(suppressor, SET_ECHO_STATE, canceller);
    }

    /** The suppressor's windows overlap by a block. */
    int latencySamples() {
        return suppresses ? FRAME_SAMPLES : 0;
    }

    /** @return the left channel of what is left, in both channels */
    byte[] process(byte[] near, byte[] far) {
        ByteBuffer nearPcm = ByteBuffer.wrap(near).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer farPcm = ByteBuffer.wrap(far).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = ByteBuffer.allocate(near.length).order(ByteOrder.LITTLE_ENDIAN);
        try (Memory nearBlock = new Memory(FRAME_SAMPLES * 2);
                Memory farBlock = new Memory(FRAME_SAMPLES * 2);
                Memory outBlock = new Memory(FRAME_SAMPLES * 2)) {
            for (int block = 0; block < near.length / CanonicalAudio.BLOCK_LENGTH / FRAME_SAMPLES; block++) {
                for (int i = 0; i < FRAME_SAMPLES; i++) {
                    int at = (block * FRAME_SAMPLES + i) * CanonicalAudio.BLOCK_LENGTH;
                    nearBlock.setShort(2L * i, nearPcm.getShort(at));
                    farBlock.setShort(2L * i, farPcm.getShort(at));
                }
                api.speex_echo_cancellation(canceller, nearBlock, farBlock, outBlock);
                if (suppresses) {
                    api.speex_preprocess_run(suppressor, outBlock);
                }
                for (int i = 0; i < FRAME_SAMPLES; i++) {
                    short sample = outBlock.getShort(2L * i);
                    out.putShort(sample).putShort(sample);
                }
            }
        }
        return out.array();
    }

    @Override
    public void close() {
        api.speex_preprocess_state_destroy(suppressor);
        api.speex_echo_state_destroy(canceller);
    }
}
