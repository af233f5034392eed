package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Once, gently until somebody waits for it, and to its end unless it is stopped. */
final class RehearsalThreadTest {
    private final List<Throwable> errors = new ArrayList<>();

    @Test
    void shouldRehearseOnceHoweverOftenItIsAsked() throws Exception {
        AtomicInteger times = new AtomicInteger();
        try (RehearsalThread thread = new RehearsalThread(pace -> (long) times.incrementAndGet(), errors::add)) {
            thread.begin();
            thread.begin();
            assertEquals(1, thread.await());
            assertEquals(1, thread.await());
        }
        assertEquals(1, times.get());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldHurryAsSoonAsSomebodyWaits() throws Exception {
        CountDownLatch sawNoHurry = new CountDownLatch(1);
        try (RehearsalThread thread = new RehearsalThread(
                pace -> {
                    long gentle = pace.isHurried() ? 0 : 1;
                    sawNoHurry.countDown();
                    while (!pace.isHurried()) {
                        Thread.onSpinWait();
                    }
                    return gentle;
                },
                errors::add)) {
            thread.begin();
            sawNoHurry.await();
            assertEquals(1, thread.await());
        }
    }

    @Test
    void shouldEndWhereItIsWhenItIsClosed() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        RehearsalThread thread = new RehearsalThread(
                pace -> {
                    began.countDown();
                    while (!pace.isStopped()) {
                        Thread.onSpinWait();
                    }
                    ended.countDown();
                    return 0L;
                },
                errors::add);
        thread.begin();
        began.await();
        thread.close();
        assertEquals(0, ended.getCount());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldNotBeginAnyMoreOnceItIsClosed() {
        AtomicInteger times = new AtomicInteger();
        RehearsalThread thread = new RehearsalThread(pace -> (long) times.incrementAndGet(), errors::add);
        thread.close();
        assertThrows(IllegalStateException.class, thread::await);
        assertEquals(0, times.get());
    }

    @Test
    void shouldReportWhatFailedAndTellWhoeverWaits() throws Exception {
        IllegalArgumentException fault = new IllegalArgumentException("no room");
        try (RehearsalThread thread = new RehearsalThread(
                pace -> {
                    throw fault;
                },
                errors::add)) {
            thread.begin();
            String message =
                    assertThrows(IllegalStateException.class, thread::await).getMessage();
            assertTrue(message.contains("no room"), message);
        }
        assertEquals(List.of(fault), errors);
    }
}
