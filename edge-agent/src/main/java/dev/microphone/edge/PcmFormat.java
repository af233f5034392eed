package dev.microphone.edge;

/**
 * The form of interleaved PCM as a source delivers it.
 *
 * @param sampleRateHz 8,000 to 192,000
 * @param channels 1 to 8
 * @param encoding of one sample
 * @param channelMask speaker positions as WAVEFORMATEXTENSIBLE gives them; 0: the default
 *     order for that many channels (WAVE order: FL FR FC LFE BL BR SL SR)
 */
public record PcmFormat(int sampleRateHz, int channels, SampleEncoding encoding, int channelMask) {
    public static final int MIN_SAMPLE_RATE_HZ = 8_000;
    public static final int MAX_SAMPLE_RATE_HZ = 192_000;
    public static final int MAX_CHANNELS = 8;

    public PcmFormat {
        if (sampleRateHz < MIN_SAMPLE_RATE_HZ || sampleRateHz > MAX_SAMPLE_RATE_HZ) {
            throw new IllegalArgumentException("sample rate " + sampleRateHz + " Hz: allowed are " + MIN_SAMPLE_RATE_HZ
                    + " to " + MAX_SAMPLE_RATE_HZ + " Hz");
        }
        if (channels < 1 || channels > MAX_CHANNELS) {
            throw new IllegalArgumentException(channels + " channels: allowed are 1 to " + MAX_CHANNELS);
        }
    }

    public PcmFormat(int sampleRateHz, int channels, SampleEncoding encoding) {
        this(sampleRateHz, channels, encoding, 0);
    }

    /** Bytes of one sample of every channel. */
    public int blockLength() {
        return channels * encoding.bytesPerSample();
    }
}
