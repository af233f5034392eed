package dev.microphone.standalone.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ControlThreadTest {
    @Test
    void shouldGoOnLookingWhenALookEndsInAnError() throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
        CountDownLatch looks = new CountDownLatch(3);
        OutOfMemoryError error = new OutOfMemoryError("of a plugin that is compiled");
        try (ControlThread thread = new ControlThread(errors::add)) {
            thread.poll(() -> {
                looks.countDown();
                throw error;
            });
            assertTrue(looks.await(1, TimeUnit.MINUTES), looks.getCount() + " looks are missing");
        }
        assertEquals(error, errors.peek());
    }
}
