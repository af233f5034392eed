package dev.microphone.edge.dsp;

/**
 * Automatic gain control.
 *
 * <p>There are two levels, and they are different things. The <em>target</em> is an RMS level: how loud speech is while
 * someone speaks. The <em>ceiling</em> of −3 dBFS is a peak: no sample, and no point of the waveform between samples,
 * may go over it. −3 dBFS cannot be an RMS target: the peaks of speech lie 12 to 18 dB over its RMS, so speech at
 * −3 dBFS RMS would need peaks of +9 to +15 dBFS, far over full scale, and the limiter would crush every syllable.
 * Conversely the ceiling lies under 0 dBFS because lossy coders and sample rate converters downstream (MP3, AAC, Opus)
 * overshoot the waveform that they were given, by up to some 3 dB; 3 dB keeps what they give back from clipping.
 *
 * @param enabled on for live capture, off for files, which somebody has levelled already
 * @param targetDbfs RMS level of active speech, −36 to −14 dBFS. Default −20: with a crest factor of up to 17 dB the
 *     peaks then just fit under the ceiling, so the limiter hardly ever works
 * @param maxGainDb 0 to 40 dB. Default 30: brings a voice two metres from an I2S microphone (about −50 dBFS) to the
 *     target, while a microphone's own noise (about −87 dBFS) still stays under −57 dBFS
 */
public record AgcSettings(boolean enabled, double targetDbfs, double maxGainDb) {
    /** No point of the waveform goes over it while the gain control is on. In dB true peak (ITU-R BS.1770-4). */
    public static final double PEAK_CEILING_DBFS = -3.0;

    public static final double DEFAULT_TARGET_DBFS = -20.0;
    public static final double DEFAULT_MAX_GAIN_DB = 30.0;
    public static final double MIN_TARGET_DBFS = -36.0;
    public static final double MAX_TARGET_DBFS = -14.0;
    public static final double MAX_GAIN_LIMIT_DB = 40.0;

    public AgcSettings {
        if (!(targetDbfs >= MIN_TARGET_DBFS && targetDbfs <= MAX_TARGET_DBFS)) {
            throw new IllegalArgumentException("gain control target " + targetDbfs + " dBFS: allowed are "
                    + MIN_TARGET_DBFS + " to " + MAX_TARGET_DBFS + " dBFS");
        }
        if (!(maxGainDb >= 0 && maxGainDb <= MAX_GAIN_LIMIT_DB)) {
            throw new IllegalArgumentException(
                    "maximum gain " + maxGainDb + " dB: allowed are 0 to " + MAX_GAIN_LIMIT_DB + " dB");
        }
    }

    /** Gain control and limiter, default target. */
    public static AgcSettings on() {
        return new AgcSettings(true, DEFAULT_TARGET_DBFS, DEFAULT_MAX_GAIN_DB);
    }

    /** Neither gain control nor limiter: levels stay as the source has them. */
    public static AgcSettings off() {
        return new AgcSettings(false, DEFAULT_TARGET_DBFS, DEFAULT_MAX_GAIN_DB);
    }

    public AgcSettings withTargetDbfs(double newTargetDbfs) {
        return new AgcSettings(enabled, newTargetDbfs, maxGainDb);
    }
}
