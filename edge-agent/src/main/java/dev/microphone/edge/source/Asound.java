package dev.microphone.edge.source;

import com.sun.jna.Callback;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * libasound's functions, by JNA direct mapping, under their own names. {@code long} stands for the C types
 * {@code snd_pcm_uframes_t} and {@code snd_pcm_sframes_t} and for addresses: {@link #load()} refuses where those are not
 * 64 bits. Parameter blocks are made by the library's own {@code _malloc} functions, so no struct is laid out here.
 */
final class Asound {
    static final int STREAM_CAPTURE = 1;
    static final int MODE_BLOCKING = 0;
    static final int MODE_NONBLOCK = 1;
    static final int ACCESS_RW_INTERLEAVED = 3;
    static final int TSTAMP_ENABLE = 1;
    static final int TSTAMP_TYPE_GETTIMEOFDAY = 0;

    private static final String LIBRARY = "libasound.so.2";

    /** What libasound would print to stderr; each failure's code is already told to the user in one line. */
    interface ErrorHandler extends Callback {
        void report(Pointer file, int line, Pointer function, int error, Pointer format);
    }

    /** Held here for as long as native code may call it. */
    private static final ErrorHandler QUIET = (file, line, function, error, format) -> {};

    private static boolean loaded;

    private Asound() {}

    /** @throws SourceException with what to install */
    static synchronized void load() throws SourceException {
        if (loaded) {
            return;
        }
        if (!Platform.isLinux()) {
            throw new SourceException("alsa", "ALSA exists on Linux only, this is " + System.getProperty("os.name"));
        }
        if (Native.POINTER_SIZE != Long.BYTES || Native.LONG_SIZE != Long.BYTES) {
            throw new SourceException(
                    "alsa", "a " + 8 * Native.POINTER_SIZE + "-bit system: allowed is 64-bit (x86_64, aarch64)");
        }
        try {
            Native.register(Asound.class, NativeLibrary.getInstance(LIBRARY));
        } catch (UnsatisfiedLinkError e) {
            throw new SourceException("alsa", LIBRARY + " is missing: install it (Debian: apt install libasound2)", e);
        }
        snd_lib_error_set_handler(QUIET);
        loaded = true;
    }

    static native int snd_lib_error_set_handler(ErrorHandler handler);

    static native String snd_strerror(int error);

    static native int snd_pcm_open(PointerByReference pcm, String name, int stream, int mode);

    static native int snd_pcm_nonblock(Pointer pcm, int mode);

    static native int snd_pcm_close(Pointer pcm);

    static native int snd_pcm_prepare(Pointer pcm);

    static native int snd_pcm_start(Pointer pcm);

    static native int snd_pcm_wait(Pointer pcm, int timeoutMillis);

    static native long snd_pcm_readi(Pointer pcm, Pointer buffer, long frames);

    static native int snd_pcm_recover(Pointer pcm, int error, int silent);

    static native int snd_pcm_htimestamp(Pointer pcm, Pointer availableFrames, Pointer timespec);

    static native int snd_pcm_hw_params_malloc(PointerByReference params);

    static native void snd_pcm_hw_params_free(Pointer params);

    static native int snd_pcm_hw_params_any(Pointer pcm, Pointer params);

    static native int snd_pcm_hw_params_set_access(Pointer pcm, Pointer params, int access);

    static native int snd_pcm_hw_params_test_format(Pointer pcm, Pointer params, int format);

    static native int snd_pcm_hw_params_set_format(Pointer pcm, Pointer params, int format);

    static native int snd_pcm_hw_params_set_channels_near(Pointer pcm, Pointer params, IntByReference channels);

    static native int snd_pcm_hw_params_set_rate_near(
            Pointer pcm, Pointer params, IntByReference rateHz, IntByReference direction);

    static native int snd_pcm_hw_params_set_period_size_near(
            Pointer pcm, Pointer params, LongByReference frames, IntByReference direction);

    static native int snd_pcm_hw_params_set_buffer_size_near(Pointer pcm, Pointer params, LongByReference frames);

    static native int snd_pcm_hw_params(Pointer pcm, Pointer params);

    static native int snd_pcm_sw_params_malloc(PointerByReference params);

    static native void snd_pcm_sw_params_free(Pointer params);

    static native int snd_pcm_sw_params_current(Pointer pcm, Pointer params);

    static native int snd_pcm_sw_params_set_tstamp_mode(Pointer pcm, Pointer params, int mode);

    static native int snd_pcm_sw_params_set_tstamp_type(Pointer pcm, Pointer params, int type);

    static native int snd_pcm_sw_params(Pointer pcm, Pointer params);

    static native int snd_device_name_hint(int card, String kind, PointerByReference hints);

    static native Pointer snd_device_name_get_hint(Pointer hint, String key);

    static native int snd_device_name_free_hint(Pointer hints);
}
