package dev.microphone.transport.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;

final class ServiceHostTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ErrorLog errors =
            new ErrorLog(() -> 0, new PrintStream(printed, true, StandardCharsets.UTF_8), false);

    @Test
    void shouldCloseInReverseOrderAlsoWhenOneFails() {
        List<String> closed = new ArrayList<>();
        ServiceHost host = new ServiceHost(errors);
        host.own(() -> closed.add("first"));
        host.own(() -> {
            throw new IOException("no room to flush");
        });
        host.own(() -> closed.add("last"));

        host.close();
        host.close();

        assertEquals(List.of("last", "first"), closed);
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("no room to flush"));
    }

    @Test
    void shouldRunAnAgentUntilItIsClosedAndKeepItsErrorsOnce() throws InterruptedException {
        CountDownLatch thrown = new CountDownLatch(50);
        List<String> closed = new ArrayList<>();
        try (ServiceHost host = new ServiceHost(errors)) {
            host.own(() -> closed.add("publisher"));
            host.start(new Agent() {
                @Override
                public int doWork() {
                    thrown.countDown();
                    throw new IllegalStateException("a bug of ours");
                }

                @Override
                public void onClose() {
                    closed.add("agent");
                }

                @Override
                public String roleName() {
                    return "failing";
                }
            });
            assertTrue(thrown.await(10, TimeUnit.SECONDS));
        }
        assertEquals(List.of("agent", "publisher"), closed);
        assertEquals(1, errors.distinctErrors());
        assertEquals(1, printed.toString(StandardCharsets.UTF_8).lines().count());
    }
}
