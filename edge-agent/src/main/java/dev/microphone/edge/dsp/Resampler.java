package dev.microphone.edge.dsp;

import dev.microphone.edge.PcmFormat;
import dev.microphone.transport.frame.CanonicalAudio;

/**
 * Turns one channel of any whole rate from 8 to 192 kHz into 48 kHz, as a stream, without allocating.
 *
 * <p>A windowed-sinc interpolator (J. O. Smith, "Digital Audio Resampling", CCRMA; filter: {@link KaiserSinc}). Output
 * sample 0 lies at the same instant as input sample 0: the filter's run-up is left out, so what comes out is aligned
 * with what went in, only later by {@link #delaySamples()}. What comes out does not depend on how the input is cut into
 * calls, not even in the last bit.
 *
 * <p>Not thread-safe: belongs to the thread of its stream. Coefficients are shared between all streams of a rate.
 */
public sealed interface Resampler permits PeriodicResampler, InterpolatingResampler {
    /**
     * Makes the fitting one: with exact coefficients where their table is bounded (every usual rate), else with
     * coefficients interpolated between 128 phases.
     *
     * @param inputRateHz 8,000 to 192,000
     */
    static Resampler create(int inputRateHz) {
        if (inputRateHz < PcmFormat.MIN_SAMPLE_RATE_HZ || inputRateHz > PcmFormat.MAX_SAMPLE_RATE_HZ) {
            throw new IllegalArgumentException("sample rate " + inputRateHz + " Hz: allowed are "
                    + PcmFormat.MIN_SAMPLE_RATE_HZ + " to " + PcmFormat.MAX_SAMPLE_RATE_HZ + " Hz");
        }
        return PeriodicFilter.isBounded(inputRateHz)
                ? new PeriodicResampler(PeriodicFilter.of(inputRateHz))
                : new InterpolatingResampler(inputRateHz);
    }

    /**
     * Takes input and gives what is ready.
     *
     * @param output has room for {@link #maxOutput maxOutput(length)} samples from {@code outputOffset} on
     * @return samples written
     */
    int process(float[] input, int offset, int length, float[] output, int outputOffset);

    /**
     * Gives the tail, after which exactly ⌈input samples × 48,000 / rate⌉ samples have come out, and the stream is over.
     *
     * @param output has room for {@link #maxOutput maxOutput(tailSamples())} samples from {@code outputOffset} on
     * @return samples written
     */
    default int finish(float[] output, int outputOffset) {
        int tail = tailSamples();
        return process(new float[tail], 0, tail, output, outputOffset);
    }

    /** Input samples of silence that push out everything held back. */
    int tailSamples();

    /** How much later a sample comes out than it goes in, in samples at 48 kHz: half of the filter's length. */
    int delaySamples();

    /** Upper bound of what one call with that many input samples writes. */
    int maxOutput(int length);

    /** Output samples for {@code inputSamples}: all instants of the 48 kHz grid inside the input's duration. */
    static long outputSamples(long inputSamples, int inputRateHz) {
        long wholeSeconds = inputSamples / inputRateHz;
        long rest = inputSamples % inputRateHz;
        return wholeSeconds * CanonicalAudio.SAMPLE_RATE_HZ
                + (rest * CanonicalAudio.SAMPLE_RATE_HZ + inputRateHz - 1) / inputRateHz;
    }
}
