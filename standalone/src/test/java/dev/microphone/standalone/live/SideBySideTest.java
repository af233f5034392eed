package dev.microphone.standalone.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SideBySideTest {
    @Test
    void shouldOpenAllAtTheSameTime() throws Exception {
        // Opened one after the other, the first would wait for ever.
        CyclicBarrier meeting = new CyclicBarrier(2);
        try (SideBySide sideBySide = new SideBySide()) {
            SideBySide.Opening<String> one = sideBySide.begin(() -> "one " + (meeting.await() >= 0));
            SideBySide.Opening<String> other = sideBySide.begin(() -> "other " + (meeting.await() >= 0));

            assertEquals("one true", one.get());
            assertEquals("other true", other.get());
        }
    }

    @Test
    void shouldFailAsTheOpeningDid() {
        IOException inUse = new IOException("port 8700 is in use");
        UserError unknown = UserError.badUsage("unknown plugin 'nose'");
        try (SideBySide sideBySide = new SideBySide()) {
            SideBySide.Opening<String> port = sideBySide.begin(() -> {
                throw inUse;
            });
            SideBySide.Opening<String> plugin = sideBySide.begin(() -> {
                throw unknown;
            });

            assertSame(inUse, assertThrows(IOException.class, port::get));
            assertSame(unknown, assertThrows(UserError.class, plugin::get));
        }
    }

    @Test
    void shouldNotCloseBeforeAllAreOpen() {
        CountDownLatch closing = new CountDownLatch(1);
        AtomicBoolean opened = new AtomicBoolean();
        Thread opener = Thread.currentThread();
        try (SideBySide sideBySide = new SideBySide()) {
            sideBySide.begin(() -> {
                closing.await();
                // The other thread waits in close by now, or is on its way there.
                while (opener.getState() == Thread.State.RUNNABLE) {
                    Thread.onSpinWait();
                }
                opened.set(true);
                return "late";
            });
            closing.countDown();
        }

        assertTrue(opened.get());
    }

    @Test
    void shouldSayThatItWasInterrupted() {
        CountDownLatch never = new CountDownLatch(1);
        try (SideBySide sideBySide = new SideBySide()) {
            SideBySide.Opening<String> opening = sideBySide.begin(() -> {
                never.await();
                return "open";
            });
            Thread.currentThread().interrupt();

            assertThrows(InterruptedIOException.class, opening::get);

            assertTrue(Thread.interrupted(), "the interrupt must not be lost");
            never.countDown();
        }
    }
}
