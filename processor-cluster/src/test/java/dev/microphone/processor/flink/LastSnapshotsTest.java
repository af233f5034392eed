package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a savepoint has behind which the shard ends. */
final class LastSnapshotsTest {
    private static final int STREAMS = 3;
    private static final long UNTIL_NS = 300;

    @AutoClose
    private final Watchdog watchdog = Watchdog.start();

    @AutoClose
    private final PluginLibrary library = new PluginLibrary(
            new PluginSources(null, PluginTrust.ANYONE), PluginLimits.defaults(), null, watchdog, 0, message -> {});

    private final ShardInMemory shard = new ShardInMemory("router");
    private final Frame frame = new Frame();
    private long nowNs;

    private ShardStreams begin() throws Exception {
        PreparedChain none = library.prepare(ChainSpec.parse("none"));
        return shard.begin(streamId -> none.newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, shard.metrics));
    }

    private void speak(ShardStreams streams, int first, int count) {
        for (int sequence = first; sequence < first + count; sequence++) {
            for (int stream = 1; stream <= STREAMS; stream++) {
                frame.streamId(stream)
                        .epoch(7)
                        .sequence(sequence)
                        .captureTimeNs(0)
                        .flags(0)
                        .keyId(0)
                        .samplesPerChannel(960);
                assertTrue(streams.onFrame(frame, nowNs));
            }
        }
    }

    private long storedSequence(long stream) {
        byte[] stored = shard.stored.get(stream);
        return stored == null ? -1 : StoredSession.sequence(stored);
    }

    @Test
    void shouldHaveEveryStreamAsItStandsOnceTheRouterHasTakenWhatWasSent() throws Exception {
        ShardStreams streams = begin();
        speak(streams, 0, 50);
        shard.takes = false;
        // One waits already, in its turn, with less than there is by now.
        streams.doWork(nowNs, true);
        speak(streams, 50, 50);
        int[] rounds = new int[1];
        streams.storeAll(
                () -> {
                    nowNs++;
                    rounds[0]++;
                    shard.takes = rounds[0] >= 10;
                },
                () -> nowNs,
                UNTIL_NS);
        for (long stream = 1; stream <= STREAMS; stream++) {
            assertEquals(99, storedSequence(stream));
        }
        assertEquals(2, shard.pushes);
    }

    @Test
    void shouldLeaveWhatWasWrittenBeforeWhenTheRouterDoesNotTakeItInTime() throws Exception {
        ShardStreams streams = begin();
        speak(streams, 0, 50);
        streams.storeAll(() -> nowNs++, () -> nowNs, UNTIL_NS);
        speak(streams, 50, 50);
        shard.takes = false;
        nowNs = 0;
        streams.storeAll(() -> nowNs++, () -> nowNs, UNTIL_NS);
        assertEquals(UNTIL_NS, nowNs);
        for (long stream = 1; stream <= STREAMS; stream++) {
            assertEquals(49, storedSequence(stream));
        }
        assertNull(shard.stored.get(STREAMS + 1L));
    }
}
