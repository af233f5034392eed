package dev.microphone.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFault;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.ExclusivePublication;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ext.DebugReceiveChannelEndpoint;
import io.aeron.driver.ext.DebugSendChannelEndpoint;
import io.aeron.driver.ext.RandomLossGenerator;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publisher to subscriber through a real media driver over UDP on loopback. */
final class AeronPathTest {
    private static final int STREAM = 1001;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

    private final Metrics metrics = new Metrics();
    private final Frame frame = new Frame();
    private final List<AutoCloseable> opened = new ArrayList<>();

    private EmbeddedMedia media;
    private FrameSubscriber subscriber;
    private FramePublisher publisher;

    private void launch(MediaDriver.Context context, String channel) {
        media = open(EmbeddedMedia.launch(context, AeronPathTest::fail));
        subscriber = open(new FrameSubscriber(media.aeron(), channel, STREAM, metrics, "receiver"));
        await(() -> subscriber.resolvedChannel() != null);
        publisher = open(new FramePublisher(media.aeron(), resolved(), STREAM, metrics, "sender"));
        await(() -> publisher.isConnected() && subscriber.isConnected());
    }

    private String resolved() {
        return Objects.requireNonNull(subscriber.resolvedChannel());
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private static void fail(Throwable error) {
        throw new AssertionError(error);
    }

    private static void await(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, "not reached within 30 s");
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    private long received(String reason) {
        return metrics.counter("microphone_frame_faults_total", "stage", "receiver", "reason", reason)
                .get();
    }

    /** An MTU of 8 KiB takes tryClaim, one of 1,408 bytes takes offer and the assembler. */
    @ParameterizedTest
    @ValueSource(strings = {"8k", "1408"})
    void shouldDeliverEveryFrameInOrderAlsoWhenTheReceiverIsOftenFull(String mtu) {
        launch(EmbeddedMedia.driverContext(), "aeron:udp?endpoint=127.0.0.1:0|term-length=128k|mtu=" + mtu);
        List<Long> sequences = new ArrayList<>();
        int[] offers = {0};
        long sent = 0;
        while (sequences.size() < 3_000) {
            if (sent < 3_000) {
                frame.streamId(9).sequence(sent).buffer().putLong(frame.pcmOffset() + 3_832, sent);
                if (publisher.onFrame(frame)) {
                    sent++;
                }
            }
            subscriber.poll(
                    arrived -> {
                        if (offers[0]++ % 3 == 0) {
                            return false;
                        }
                        assertEquals(arrived.sequence(), arrived.buffer().getLong(arrived.pcmOffset() + 3_832));
                        sequences.add(arrived.sequence());
                        return true;
                    },
                    8);
        }
        assertEquals(LongStream.range(0, 3_000).boxed().toList(), sequences);
    }

    @Test
    void shouldHoldTheSenderBackWhenTheReceiverTakesNothing() {
        launch(EmbeddedMedia.driverContext(), EmbeddedMedia.LOOPBACK_CHANNEL);
        int sent = 0;
        while (publisher.onFrame(frame.sequence(sent)) && sent < 10_000) {
            sent++;
        }
        assertTrue(sent < 10_000, "never held back");
        assertTrue(metrics.counter("microphone_publish_refused_total", "stage", "sender", "reason", "back_pressure")
                        .get()
                > 0);
        int total = sent;
        long[] next = {0};
        await(() -> {
            subscriber.poll(arrived -> arrived.sequence() == next[0]++, 8);
            return next[0] == total;
        });
    }

    @Test
    void shouldSayWhenNobodyIsConnected() {
        launch(EmbeddedMedia.driverContext(), EmbeddedMedia.LOOPBACK_CHANNEL);
        subscriber.close();
        AtomicCounter notConnected =
                metrics.counter("microphone_publish_refused_total", "stage", "sender", "reason", "not_connected");

        // A last status message may connect it once more before it is gone for good.
        await(() -> !publisher.onFrame(frame) && notConnected.get() > 0);
    }

    @Test
    void shouldCountAndSkipWhatIsNotAFrame() {
        launch(EmbeddedMedia.driverContext(), EmbeddedMedia.LOOPBACK_CHANNEL);
        ExclusivePublication raw = open(media.aeron().addExclusivePublication(resolved(), STREAM));
        await(raw::isConnected);
        frame.seal();
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[Frame.MAX_LENGTH]);
        bytes.putBytes(0, frame.bytes(), 0, frame.length());
        int length = frame.length();
        await(() -> raw.offer(bytes, 0, 10) > 0);
        await(() -> raw.offer(bytes, 0, length - 1) > 0);
        bytes.putByte(200, (byte) 1);
        await(() -> raw.offer(bytes, 0, length) > 0);
        bytes.putByte(200, (byte) 0);
        await(() -> raw.offer(bytes, 0, length) > 0);

        List<Long> sequences = new ArrayList<>();
        await(() -> subscriber.poll(arrived -> sequences.add(arrived.sequence()), 8) > 0);

        assertEquals(List.of(0L), sequences);
        assertEquals(2, received(FrameFault.TRUNCATED.label()));
        assertEquals(1, received(FrameFault.CHECKSUM.label()));
    }

    @Test
    void shouldThrowWhatTheHandlerThrowsAndGoOnBehindThatFrame() {
        launch(EmbeddedMedia.driverContext(), EmbeddedMedia.LOOPBACK_CHANNEL);
        for (int i = 0; i < 3; i++) {
            int sequence = i;
            await(() -> publisher.onFrame(frame.sequence(sequence)));
        }
        List<Long> sequences = new ArrayList<>();
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class,
                () -> await(() -> subscriber.poll(
                                arrived -> {
                                    if (arrived.sequence() == 1) {
                                        throw new IllegalStateException("bug");
                                    }
                                    return sequences.add(arrived.sequence());
                                },
                                8)
                        < 0));

        assertEquals("bug", thrown.getMessage());
        await(() -> subscriber.poll(arrived -> sequences.add(arrived.sequence()), 8) > 0);
        assertEquals(List.of(0L, 2L), sequences);
        assertEquals(
                1,
                metrics.counter("microphone_frames_dropped_total", "stage", "receiver", "reason", "handler_threw")
                        .get());
    }

    @Test
    void shouldLoseNothingWhenTheNetworkLosesFivePercent() {
        MediaDriver.Context context = EmbeddedMedia.driverContext();
        context.sendChannelEndpointSupplier((channel, status, driver) -> new DebugSendChannelEndpoint(
                        channel, status, driver, new RandomLossGenerator(0.05, 11), new RandomLossGenerator(0.05, 12)))
                .receiveChannelEndpointSupplier(
                        (channel, dispatcher, status, driver) -> new DebugReceiveChannelEndpoint(
                                channel,
                                dispatcher,
                                status,
                                driver,
                                new RandomLossGenerator(0.05, 13),
                                new RandomLossGenerator(0.05, 14)));
        launch(context, "aeron:udp?endpoint=127.0.0.1:0|term-length=128k|mtu=1408");
        List<Long> sequences = new ArrayList<>();
        long[] sent = {0};
        await(() -> {
            if (sent[0] < 500 && publisher.onFrame(frame.sequence(sent[0]))) {
                sent[0]++;
            }
            subscriber.poll(arrived -> sequences.add(arrived.sequence()), 8);
            return sequences.size() == 500;
        });
        assertEquals(LongStream.range(0, 500).boxed().toList(), sequences);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8k", "1408"})
    void shouldAllocateNothingPerFrame(String mtu) {
        launch(EmbeddedMedia.driverContext(), "aeron:udp?endpoint=127.0.0.1:0|term-length=128k|mtu=" + mtu);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        passFrames(20_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        passFrames(20_000);
        long perFrame = (threads.getCurrentThreadAllocatedBytes() - before) / 20_000;
        assertEquals(0, perFrame, "bytes a frame");
    }

    private long passed;

    private boolean count(Frame arrived) {
        passed++;
        return arrived.length() > 0;
    }

    private void passFrames(int count) {
        dev.microphone.transport.frame.FrameHandler counter = this::count;
        long target = passed + count;
        long sent = passed;
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (passed < target) {
            if (sent < target && publisher.onFrame(frame.sequence(sent))) {
                sent++;
            }
            subscriber.poll(counter, 8);
            assertTrue(System.nanoTime() < deadlineNs);
        }
    }
}
