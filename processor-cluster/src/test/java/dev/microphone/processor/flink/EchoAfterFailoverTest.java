package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginFiles;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A stream with a far end whose shard dies in the middle of it: what another attempt makes of it is bit for bit what one
 * that nothing happened to does.
 */
final class EchoAfterFailoverTest {
    private static final long STREAM = 42;
    private static final int NEAR_SAMPLES = 960;
    private static final int FAR_SAMPLES = 240;
    /** The loudspeaker's clock is as much faster: a sample slips now and then. */
    private static final double FASTER = 1.0002;
    /** Where far-end frames begin, between two of the near end's; samples. */
    private static final int FAR_OFFSET = 77;
    /** The echo is as late. */
    private static final int ECHO_SAMPLES = 1_500;

    private final Watchdog watchdog = Watchdog.start();
    private final PluginLibrary library = new PluginLibrary(
            spec -> spec.reference().equals("answers")
                    ? TestPlugins.answersWithReference()
                    : PluginFiles.official().read(spec),
            PluginLimits.defaults().withFrameBudgetNs(20_000_000_000L),
            null,
            watchdog,
            0,
            warning -> {});

    @AfterEach
    void stop() {
        library.close();
        watchdog.close();
    }

    /** What a loudspeaker might play: noise that swells. */
    private static short[] played(int samples) {
        Random random = new Random(5);
        short[] all = new short[samples];
        for (int i = 0; i < samples; i++) {
            all[i] = (short) (random.nextGaussian() * 2_000 * (1.2 + Math.sin(i * 0.0004)));
        }
        return all;
    }

    private static Frame frame(
            long sequence, int samples, int flags, double captureTimeSamples, short[] sound, int from) {
        Frame frame = new Frame()
                .streamId(STREAM)
                .epoch(7)
                .sequence(sequence)
                .samplesPerChannel(samples)
                .captureTimeNs(1_790_000_000_000_000_000L + Math.round(captureTimeSamples * 1e9 / 48_000))
                .flags(flags);
        for (int i = 0; i < samples; i++) {
            int at = from + i;
            short sample = at < 0 ? 0 : sound[at];
            frame.buffer().putShort(frame.pcmOffset() + 4 * i, sample);
            frame.buffer().putShort(frame.pcmOffset() + 4 * i + 2, sample);
        }
        return frame;
    }

    /** All frames in the order in which an agent sends them: the far end of a frame before it. */
    private static List<Frame> sent(int frames) {
        short[] sound = played((frames + 2) * NEAR_SAMPLES);
        List<Frame> all = new ArrayList<>();
        int far = 0;
        for (int near = 0; near < frames; near++) {
            double end = (near + 1) * (double) NEAR_SAMPLES;
            while (FAR_OFFSET + far * FAR_SAMPLES * FASTER < end) {
                double time = FAR_OFFSET + far * FAR_SAMPLES * FASTER;
                all.add(frame(far, FAR_SAMPLES, FrameFlags.REFERENCE, time, sound, far * FAR_SAMPLES));
                far++;
            }
            int from = near * NEAR_SAMPLES;
            all.add(frame(near, NEAR_SAMPLES, FrameFlags.DUAL_MONO, from, sound, from - ECHO_SAMPLES));
        }
        return all;
    }

    /**
     * What the chain makes of it.
     *
     * @param failovers indexes of what is sent, behind which the shard dies with a snapshot of that moment
     */
    private List<byte[]> processed(List<Frame> sent, String chain, int... failovers) throws Exception {
        ShardInMemory shard = new ShardInMemory("router");
        List<byte[]> out = new ArrayList<>();
        try (PreparedChain prepared = library.prepare(ChainSpec.parse(chain))) {
            ShardStreams streams = begin(shard, prepared);
            int next = 0;
            for (int failover : failovers) {
                next = send(streams, sent, next, failover, out);
                streams.doWork(0, true);
                streams.doWork(0, true);
                streams = begin(shard, prepared);
                streams.remember(STREAM, 0);
                next = behind(sent, streams.coveredSequence(STREAM));
            }
            send(streams, sent, next, sent.size(), out);
            streams.close();
        }
        assertEquals(List.of(), shard.errors);
        assertEquals(0, shard.metrics.sum("microphone_plugin_errors_total"));
        assertEquals(
                failovers.length,
                shard.metrics
                        .counter("microphone_snapshots_total", "processor", "0", "result", "restored")
                        .get());
        return out;
    }

    private ShardStreams begin(ShardInMemory shard, PreparedChain prepared) {
        return shard.begin(
                streamId -> prepared.newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, shard.metrics));
    }

    private static int send(ShardStreams streams, List<Frame> sent, int from, int to, List<byte[]> out) {
        for (int i = from; i < to; i++) {
            Frame frame = new Frame();
            frame.copyFrom(sent.get(i));
            if (streams.onFrame(frame, 0)) {
                out.add(Arrays.copyOfRange(frame.bytes(), frame.pcmOffset(), frame.pcmOffset() + frame.pcmLength()));
            }
        }
        return to;
    }

    /** As the agent's spool has it: far-end frames stand before the near-end frame of their time, and go with it. */
    private static int behind(List<Frame> sent, long coveredSequence) {
        int at = 0;
        while (sent.get(at).has(FrameFlags.REFERENCE) || sent.get(at).sequence() != coveredSequence) {
            at++;
        }
        return at + 1;
    }

    private void assertAsUndisturbed(String chain, int frames, int... failovers) throws Exception {
        List<Frame> sent = sent(frames);
        List<byte[]> expected = processed(sent, chain);
        List<byte[]> found = processed(sent, chain, failovers);
        assertEquals(frames, expected.size());
        assertEquals(frames, found.size());
        for (int i = 0; i < frames; i++) {
            assertArrayEquals(expected.get(i), found.get(i), "frame " + i);
        }
        List<Frame> nearAlone =
                sent.stream().filter(frame -> !frame.has(FrameFlags.REFERENCE)).toList();
        assertFalse(
                Arrays.equals(
                        expected.get(frames - 1), processed(nearAlone, chain).get(frames - 1)),
                "the far end makes no difference");
    }

    /** 502 is behind a near-end frame, 504 between far-end frames: four of them come before each. */
    @Test
    void shouldShowPluginsTheSameFarEnd() throws Exception {
        assertAsUndisturbed("answers", 300, 502, 504, 1_000);
    }

    @Test
    void shouldGoOnBitForBitInTheMiddleOfEchoCancelling() throws Exception {
        assumeTrue(OfficialPlugins.names().contains("aec3"), "needs aec3, which needs apt-get at build time");
        assertAsUndisturbed("aec3", 150, 404);
    }
}
