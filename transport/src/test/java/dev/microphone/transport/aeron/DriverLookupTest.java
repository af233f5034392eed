package dev.microphone.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.driver.DefaultNameResolver;
import io.aeron.driver.NameResolverAgent;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver looks names up on a thread of its own: frames go on. */
@Timeout(60)
final class DriverLookupTest {
    private static final String HELD = "held";

    private final CountDownLatch looking = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final Metrics metrics = new Metrics();
    private long taken;

    /** Looks one name up for as long as the test likes. */
    private final class Holding implements NameResolverAgent {
        @Override
        public InetAddress resolve(String name, String uriParamName, boolean isReResolution) {
            if (!name.equals(HELD)) {
                return DefaultNameResolver.INSTANCE.resolve(name, uriParamName, isReResolution);
            }
            looking.countDown();
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return InetAddress.getLoopbackAddress();
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, "not reached within 30 s");
        }
    }

    @Test
    void shouldCarryFramesWhileANameIsLookedUp() throws InterruptedException {
        try (EmbeddedMedia media = EmbeddedMedia.launch(context -> context.nameResolver(new Holding()), errors::add);
                FrameSubscriber to =
                        new FrameSubscriber(media.aeron(), EmbeddedMedia.LOOPBACK_CHANNEL, 1, metrics, "to");
                FramePublisher from = new FramePublisher(
                        media.aeron(), Objects.requireNonNull(to.resolvedChannel()), 1, metrics, "from")) {
            try {
                await(from::isConnected);
                long held = media.aeron().asyncAddExclusivePublication("aeron:udp?endpoint=" + HELD + ":40123", 1);
                looking.await();
                Frame frame = new Frame();
                for (int i = 0; i < 1_000; i++) {
                    long before = taken;
                    frame.streamId(1).epoch(1).sequence(i);
                    await(() -> from.onFrame(frame));
                    await(() -> {
                        taken += to.poll(received -> true, 10);
                        return taken > before;
                    });
                }
                assertNull(media.aeron().getExclusivePublication(held));
                answer.countDown();
                await(() -> media.aeron().getExclusivePublication(held) != null);
            } finally {
                answer.countDown();
            }
        }
        assertEquals(List.of(), errors);
    }
}
