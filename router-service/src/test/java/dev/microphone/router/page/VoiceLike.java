package dev.microphone.router.page;

import dev.microphone.router.Frames;
import dev.microphone.router.LiveRouter;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Feeds streams in real time: sung syllables, the same in noise, and a tone. */
final class VoiceLike implements AutoCloseable {
    private static final long FRAME_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final double RATE = 48_000;

    private final LiveRouter router;
    private final StreamName voice;
    private final StreamName voiceInNoise;
    private final StreamName tone;
    private final Random random = new Random(1);
    private final Thread thread = new Thread(this::run, "feed");
    private volatile boolean isRunning = true;
    private double pitchPhase;

    VoiceLike(LiveRouter router) {
        this.router = router;
        this.voice = router.name("acme/studio/desk-1/voice");
        this.voiceInNoise = router.name("acme/studio/desk-1/voice.raw");
        this.tone = router.name("acme/lab/bench-2/tone");
        thread.start();
    }

    private void run() {
        long startNs = System.nanoTime();
        double[] sung = new double[Frames.SAMPLES];
        double[] other = new double[Frames.SAMPLES];
        for (long sequence = 0; isRunning; sequence++) {
            for (int i = 0; i < sung.length; i++) {
                sung[i] = sing((sequence * Frames.SAMPLES + i) / RATE);
            }
            send(voice, sequence, sung);
            for (int i = 0; i < other.length; i++) {
                other[i] = sung[i] + 0.035 * random.nextGaussian();
            }
            send(voiceInNoise, sequence, other);
            for (int i = 0; i < other.length; i++) {
                other[i] = 0.25 * Math.sin(2 * Math.PI * 1_000 * (sequence * Frames.SAMPLES + i) / RATE);
            }
            send(tone, sequence, other);
            long waitNs = startNs + (sequence + 1) * FRAME_NS - System.nanoTime();
            LockSupport.parkNanos(Math.max(0, waitNs));
        }
    }

    /** Harmonics of a gliding pitch under two moving formants, in syllables. */
    private double sing(double seconds) {
        double pitchHz = 150 + 35 * Math.sin(seconds * 2.1) + 4 * Math.sin(seconds * 34);
        pitchPhase += 2 * Math.PI * pitchHz / RATE;
        double firstFormantHz = 550 + 250 * Math.sin(seconds * 3.3);
        double secondFormantHz = 1_700 + 700 * Math.sin(seconds * 2.3 + 1);
        double sample = 0;
        for (int harmonic = 1; harmonic <= 30; harmonic++) {
            double hertz = harmonic * pitchHz;
            double weight = bell(hertz, firstFormantHz, 160)
                    + 0.5 * bell(hertz, secondFormantHz, 260)
                    + 0.12 * bell(hertz, 3_200, 700);
            sample += weight * Math.sin(harmonic * pitchPhase);
        }
        double syllable = Math.max(0, Math.sin(seconds * 5.5)) * (Math.sin(seconds * 0.9) > -0.8 ? 1 : 0);
        return 0.22 * sample * syllable;
    }

    private static double bell(double hertz, double centreHz, double widthHz) {
        double distance = (hertz - centreHz) / widthHz;
        return Math.exp(-distance * distance / 2);
    }

    private void send(StreamName name, long sequence, double[] samples) {
        Frame frame = new Frame()
                .streamId(name.streamId())
                .epoch(1)
                .sequence(sequence)
                .captureTimeNs(TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - FRAME_NS)
                .samplesPerChannel(samples.length)
                .clockQuality(ClockQuality.NTP)
                .flags(0)
                .keyId(0);
        byte[] bytes = frame.bytes();
        for (int i = 0; i < samples.length; i++) {
            int value = Math.clamp(Math.round(samples[i] * 32_767), -32_768, 32_767);
            int at = frame.pcmOffset() + 4 * i;
            bytes[at] = bytes[at + 2] = (byte) value;
            bytes[at + 1] = bytes[at + 3] = (byte) (value >> 8);
        }
        router.send(frame.seal());
    }

    @Override
    public void close() {
        isRunning = false;
        LockSupport.unpark(thread);
    }
}
