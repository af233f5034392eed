package dev.microphone.loadtest.bench;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import org.jspecify.annotations.Nullable;

/**
 * Someone else's resampler to 48 kHz, called in the library that the system has installed. One channel. Input and
 * output lie in native memory, so that the comparison holds no copying.
 */
interface NativeResampler extends AutoCloseable {
    /** @return output samples */
    int process(Pointer input, int inputSamples, Pointer output, int outputRoom);

    @Override
    void close();

    /** SRC_SINC_BEST_QUALITY of libsamplerate (Debian package libsamplerate0). */
    final class Libsamplerate implements NativeResampler {
        private static final int SINC_BEST_QUALITY = 0;
        /** struct SRC_DATA on 64-bit systems: two pointers, four longs, an int, a double. */
        private final Memory data = new Memory(64);

        private final SrcApi api = Native.load("libsamplerate.so.0", SrcApi.class);
        private final Pointer state;

        interface SrcApi extends Library {
            @Nullable
            Pointer src_new(int converterType, int channels, IntByReference error);

            int src_process(Pointer state, Pointer data);

            Pointer src_delete(Pointer state);
        }

        Libsamplerate(int inputRateHz) {
            IntByReference error = new IntByReference();
            Pointer created = api.src_new(SINC_BEST_QUALITY, 1, error);
            if (created == null) {
                throw new IllegalStateException("libsamplerate: error " + error.getValue());
            }
            state = created;
            data.clear();
            data.setDouble(56, 48_000.0 / inputRateHz);
        }

        @Override
        public int process(Pointer input, int inputSamples, Pointer output, int outputRoom) {
            data.setPointer(0, input);
            data.setPointer(8, output);
            data.setLong(16, inputSamples);
            data.setLong(24, outputRoom);
            int error = api.src_process(state, data);
            if (error != 0 || data.getLong(32) != inputSamples) {
                throw new IllegalStateException("libsamplerate: error " + error + ", took " + data.getLong(32) + " of "
                        + inputSamples + " samples");
            }
            return (int) data.getLong(40);
        }

        @Override
        public void close() {
            api.src_delete(state);
        }
    }

    /** Recipe "very high quality" of the SoX resampler library (Debian package libsoxr0). */
    final class Soxr implements NativeResampler {
        private static final NativeLong VERY_HIGH_QUALITY = new NativeLong(6);
        private final SoxrApi api = Native.load("libsoxr.so.0", SoxrApi.class);
        private final Memory counts = new Memory(16);
        private final Pointer state;

        interface SoxrApi extends Library {
            Quality.ByValue soxr_quality_spec(NativeLong recipe, NativeLong flags);

            @Nullable
            Pointer soxr_create(
                    double inputRate,
                    double outputRate,
                    int channels,
                    @Nullable Pointer error,
                    @Nullable Pointer io,
                    Pointer quality,
                    @Nullable Pointer runtime);

            @Nullable
            String soxr_process(
                    Pointer state,
                    Pointer input,
                    NativeLong inputSamples,
                    Pointer inputDone,
                    Pointer output,
                    NativeLong outputRoom,
                    Pointer outputDone);

            void soxr_delete(Pointer state);
        }

        /** struct soxr_quality_spec. */
        @Structure.FieldOrder({"precision", "phase", "passBandEnd", "stopBandBegin", "internal", "flags"})
        public static class Quality extends Structure {
            public double precision;
            public double phase;
            public double passBandEnd;
            public double stopBandBegin;
            public @Nullable Pointer internal;
            public NativeLong flags = new NativeLong(0);

            public static class ByValue extends Quality implements Structure.ByValue {}
        }

        Soxr(int inputRateHz) {
            Quality.ByValue quality = api.soxr_quality_spec(VERY_HIGH_QUALITY, new NativeLong(0));
            quality.write();
            Pointer created = api.soxr_create(inputRateHz, 48_000, 1, null, null, quality.getPointer(), null);
            if (created == null) {
                throw new IllegalStateException("libsoxr: not created");
            }
            state = created;
        }

        @Override
        public int process(Pointer input, int inputSamples, Pointer output, int outputRoom) {
            String error = api.soxr_process(
                    state,
                    input,
                    new NativeLong(inputSamples),
                    counts,
                    output,
                    new NativeLong(outputRoom),
                    counts.share(8));
            if (error != null || counts.getLong(0) != inputSamples) {
                throw new IllegalStateException("libsoxr: " + error);
            }
            return (int) counts.getLong(8);
        }

        @Override
        public void close() {
            api.soxr_delete(state);
        }
    }
}
