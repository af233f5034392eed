package dev.microphone.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.plugins.EchoScene;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginFiles;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The far end as it comes from an agent: frames of 5 ms on the near end's stream, ahead of it. */
class EchoCancellationTest {
    /** Generous: a busy test machine must not make a good plugin fail. */
    private static final PluginLimits LIMITS = PluginLimits.defaults().withFrameBudgetNs(20_000_000_000L);

    private static final int SAMPLES = 3 * CanonicalAudio.SAMPLE_RATE_HZ;
    private static final int NEAR_SAMPLES = 960;
    private static final int FAR_SAMPLES = 240;
    private static final long START_NS = 1_790_000_000_000_000_000L;

    private static Frame frame(byte[] pcm, long sequence, int samples, int flags) {
        Frame frame = new Frame()
                .epoch(1)
                .sequence(sequence)
                .samplesPerChannel(samples)
                .captureTimeNs(START_NS + Math.round(sequence * samples * 1e9 / CanonicalAudio.SAMPLE_RATE_HZ))
                .flags(flags);
        System.arraycopy(pcm, (int) sequence * frame.pcmLength(), frame.bytes(), frame.pcmOffset(), frame.pcmLength());
        return frame;
    }

    @Test
    void shouldTakeTheEchoOutOfAStreamWhoseFarEndComesWithIt() throws IOException, PluginRejectedException {
        assumeTrue(OfficialPlugins.names().contains("aec3"), "needs aec3, which needs apt-get at build time");
        assumeTrue(EchoScene.hasVoices(), "needs recorded voices (Debian package alsa-utils)");
        EchoScene scene = new EchoScene(SAMPLES, 40, SAMPLES);
        byte[] near = scene.microphonePcm();
        byte[] far = scene.farPcm();
        byte[] out = new byte[near.length];
        Metrics metrics = new Metrics();
        int latencySamples;
        try (Watchdog watchdog = Watchdog.start();
                PluginLibrary library =
                        new PluginLibrary(PluginFiles.official(), LIMITS, null, watchdog, 0, warning -> {})) {
            Chain chain = library.prepare(ChainSpec.parse("aec3"))
                    .newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, metrics);
            latencySamples = chain.latencySamples(NEAR_SAMPLES);
            StreamSession session = new StreamSession(1, chain, metrics, "0", ControlEventListener.NONE, 0);
            long played = 0;
            for (long i = 0; i < SAMPLES / NEAR_SAMPLES; i++) {
                for (; played * FAR_SAMPLES < (i + 1) * NEAR_SAMPLES; played++) {
                    assertFalse(session.onFrame(frame(far, played, FAR_SAMPLES, FrameFlags.REFERENCE), i));
                }
                Frame frame = frame(near, i, NEAR_SAMPLES, FrameFlags.DUAL_MONO);
                assertTrue(session.onFrame(frame, i));
                System.arraycopy(frame.bytes(), frame.pcmOffset(), out, (int) i * frame.pcmLength(), frame.pcmLength());
            }
            session.close("the test is over");
        }
        assertEquals(0, metrics.sum("microphone_plugin_errors_total"));
        assertEquals(0, metrics.sum("microphone_reference_samples_missing_total"));
        double erleDb = scene.judge(out, latencySamples).erleDb();
        assertTrue(erleDb > 20, "ERLE %.1f dB".formatted(erleDb));
    }
}
