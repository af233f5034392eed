package dev.microphone.edge.source;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.microphone.edge.PcmFormat;
import java.util.ArrayList;
import java.util.List;

/** Opens a device and settles format, rate, channels, period and buffer with it. */
final class AlsaNegotiation {
    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int ENXIO = 6;
    private static final int EACCES = 13;
    private static final int EBUSY = 16;

    private static final int MILLIS_PER_SECOND = 1_000;

    /**
     * What was settled.
     *
     * @param periodFrames samples of one channel between two interrupts of the device
     */
    record Outcome(AlsaPcm pcm, PcmFormat format, AlsaFormat deviceFormat, int periodFrames) {}

    private final AlsaRequest request;
    private final Pointer pcm;

    private AlsaNegotiation(AlsaRequest request, Pointer pcm) {
        this.request = request;
        this.pcm = pcm;
    }

    static Outcome open(AlsaRequest request) throws SourceException {
        Asound.load();
        PointerByReference handle = new PointerByReference();
        // Opened without blocking, because a blocking open waits for a busy device; read with blocking.
        int error = Asound.snd_pcm_open(handle, request.device(), Asound.STREAM_CAPTURE, Asound.MODE_NONBLOCK);
        if (error < 0) {
            throw openFailure(
                    request, -error, Asound.snd_strerror(error), isMissing(-error) ? AudioDevices.list() : List.of());
        }
        Pointer pcm = handle.getValue();
        boolean settled = false;
        try {
            AlsaNegotiation negotiation = new AlsaNegotiation(request, pcm);
            negotiation.check("set blocking", Asound.snd_pcm_nonblock(pcm, Asound.MODE_BLOCKING));
            Outcome outcome = negotiation.settle();
            settled = true;
            return outcome;
        } finally {
            if (!settled) {
                Asound.snd_pcm_close(pcm);
            }
        }
    }

    private static boolean isMissing(int errno) {
        return errno == ENOENT || errno == ENXIO || errno == AlsaPcm.ENODEV;
    }

    /** One line that tells the user what to do. */
    static SourceException openFailure(AlsaRequest request, int errno, String text, List<AudioDevice> devices) {
        if (errno == EBUSY) {
            return new SourceException(request.uri(), "is busy: another program has it open");
        }
        if (errno == EPERM || errno == EACCES) {
            return new SourceException(request.uri(), "permission denied: the user must be in the group audio");
        }
        if (isMissing(errno)) {
            String there = devices.isEmpty()
                    ? "there are none"
                    : "there are "
                            + String.join(
                                    ", ", devices.stream().map(AudioDevice::uri).toList());
            return new SourceException(request.uri(), "no such capture device: " + there);
        }
        return new SourceException(request.uri(), "cannot be opened: " + text);
    }

    private Outcome settle() throws SourceException {
        PointerByReference block = new PointerByReference();
        check("hw_params_malloc", Asound.snd_pcm_hw_params_malloc(block));
        Pointer params = block.getValue();
        try {
            check("hw_params_any", Asound.snd_pcm_hw_params_any(pcm, params));
            check("interleaved access", Asound.snd_pcm_hw_params_set_access(pcm, params, Asound.ACCESS_RW_INTERLEAVED));
            AlsaFormat deviceFormat = settleFormat(params);
            int channels = settleChannels(params);
            int rateHz = settleRate(params);
            LongByReference period = new LongByReference((long) rateHz * request.periodMillis() / MILLIS_PER_SECOND);
            check("period", Asound.snd_pcm_hw_params_set_period_size_near(pcm, params, period, new IntByReference()));
            LongByReference buffer = new LongByReference((long) rateHz * request.bufferMillis() / MILLIS_PER_SECOND);
            check("buffer", Asound.snd_pcm_hw_params_set_buffer_size_near(pcm, params, buffer));
            check("hw_params", Asound.snd_pcm_hw_params(pcm, params));
            wantTimestamps();
            check("prepare", Asound.snd_pcm_prepare(pcm));
            PcmFormat format = format(rateHz, channels, deviceFormat);
            int periodFrames = Math.toIntExact(Math.max(1, period.getValue()));
            return new Outcome(
                    new NativeAlsaPcm(pcm, periodFrames * format.blockLength()), format, deviceFormat, periodFrames);
        } finally {
            Asound.snd_pcm_hw_params_free(params);
        }
    }

    private AlsaFormat settleFormat(Pointer params) throws SourceException {
        List<String> offered = new ArrayList<>();
        for (AlsaFormat format : AlsaFormat.values()) {
            if (Asound.snd_pcm_hw_params_test_format(pcm, params, format.value()) == 0) {
                offered.add(format.optionName());
                if (request.format() == null || request.format() == format) {
                    check("format", Asound.snd_pcm_hw_params_set_format(pcm, params, format.value()));
                    return format;
                }
            }
        }
        AlsaFormat wanted = request.format();
        String found =
                wanted == null ? "no format that is read here" : "format " + wanted.optionName() + " is not offered";
        throw new SourceException(
                request.uri(),
                found + ": the device offers " + (offered.isEmpty() ? "others" : String.join(", ", offered)));
    }

    private int settleChannels(Pointer params) throws SourceException {
        // Stereo is canonical; a device with one channel, or only many, gives the nearest it has.
        int wanted = request.channels() == AlsaRequest.ANY ? 2 : request.channels();
        IntByReference channels = new IntByReference(wanted);
        check("channels", Asound.snd_pcm_hw_params_set_channels_near(pcm, params, channels));
        if (request.channels() != AlsaRequest.ANY && channels.getValue() != wanted) {
            throw new SourceException(
                    request.uri(), wanted + " channels are not offered: the nearest is " + channels.getValue());
        }
        return channels.getValue();
    }

    private int settleRate(Pointer params) throws SourceException {
        int wantedHz = request.rateHz() == AlsaRequest.ANY ? 48_000 : request.rateHz();
        IntByReference rateHz = new IntByReference(wantedHz);
        check("rate", Asound.snd_pcm_hw_params_set_rate_near(pcm, params, rateHz, new IntByReference()));
        if (request.rateHz() != AlsaRequest.ANY && rateHz.getValue() != wantedHz) {
            throw new SourceException(
                    request.uri(),
                    "rate " + wantedHz + " Hz is not offered: the nearest is " + rateHz.getValue() + " Hz");
        }
        return rateHz.getValue();
    }

    private PcmFormat format(int rateHz, int channels, AlsaFormat deviceFormat) throws SourceException {
        try {
            return new PcmFormat(rateHz, channels, deviceFormat.encoding());
        } catch (IllegalArgumentException e) {
            throw new SourceException(request.uri(), "the device offers " + e.getMessage(), e);
        }
    }

    /** Asks for wall-clock timestamps. A device that refuses them is dated by the host's clock instead. */
    private void wantTimestamps() throws SourceException {
        PointerByReference block = new PointerByReference();
        check("sw_params_malloc", Asound.snd_pcm_sw_params_malloc(block));
        Pointer params = block.getValue();
        try {
            check("sw_params_current", Asound.snd_pcm_sw_params_current(pcm, params));
            if (Asound.snd_pcm_sw_params_set_tstamp_mode(pcm, params, Asound.TSTAMP_ENABLE) == 0
                    && Asound.snd_pcm_sw_params_set_tstamp_type(pcm, params, Asound.TSTAMP_TYPE_GETTIMEOFDAY) == 0) {
                check("sw_params", Asound.snd_pcm_sw_params(pcm, params));
            }
        } finally {
            Asound.snd_pcm_sw_params_free(params);
        }
    }

    private void check(String what, int result) throws SourceException {
        if (result < 0) {
            throw new SourceException(request.uri(), what + " refused by the device: " + Asound.snd_strerror(result));
        }
    }
}
