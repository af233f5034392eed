package dev.microphone.standalone.sdk;

import dev.microphone.standalone.measure.CrossCorrelation;
import dev.microphone.transport.frame.CanonicalAudio;

/**
 * What two recordings of the same length have not in common. Where one lies behind the other, they are laid over each
 * other first.
 *
 * @param delaySamples of the second behind the first
 * @param similarity 0 to 1
 * @param firstSample per channel, at which they begin to differ; −1 when they never do
 * @param differingSamples of both channels together
 * @param largest LSB
 * @param rmsLsb over all samples
 * @param pcm second minus first, held at full scale
 */
@SuppressWarnings("ArrayRecordComponent") // read whole, never compared
record Difference(
        int delaySamples,
        double similarity,
        int firstSample,
        int differingSamples,
        int largest,
        double rmsLsb,
        byte[] pcm) {
    private static final int MAX_DELAY_SAMPLES = CanonicalAudio.SAMPLE_RATE_HZ / 2;
    /** Below, a best match means nothing. */
    private static final double LEAST_SIMILARITY = 0.5;

    static Difference between(byte[] first, byte[] second) {
        CrossCorrelation.Match match = CrossCorrelation.of(Pcm.left(first), Pcm.left(second), MAX_DELAY_SAMPLES);
        int delay = match.similarity() < LEAST_SIMILARITY ? 0 : match.delaySamples();
        int count = first.length / CanonicalAudio.BYTES_PER_SAMPLE;
        byte[] pcm = new byte[first.length];
        int firstSample = -1;
        int differing = 0;
        int largest = 0;
        double squares = 0;
        int compared = 0;
        for (int i = 0; i < count; i++) {
            int other = i + delay * CanonicalAudio.CHANNELS;
            if (other < 0 || other >= second.length / CanonicalAudio.BYTES_PER_SAMPLE) {
                continue;
            }
            int difference = Pcm.sample(second, other) - Pcm.sample(first, i);
            Pcm.put(pcm, i, Math.clamp(difference, Short.MIN_VALUE, Short.MAX_VALUE));
            compared++;
            squares += (double) difference * difference;
            largest = Math.max(largest, Math.abs(difference));
            if (difference != 0) {
                differing++;
                firstSample = firstSample < 0 ? i / CanonicalAudio.CHANNELS : firstSample;
            }
        }
        return new Difference(
                delay,
                match.similarity(),
                firstSample,
                differing,
                largest,
                compared == 0 ? 0 : Math.sqrt(squares / compared),
                pcm);
    }

    boolean isNone() {
        return differingSamples == 0 && delaySamples == 0;
    }
}
