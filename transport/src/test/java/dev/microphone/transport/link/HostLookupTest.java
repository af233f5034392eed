package dev.microphone.transport.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class HostLookupTest {
    private final AtomicInteger asked = new AtomicInteger();

    private InetAddress unknown(String name) throws UnknownHostException {
        asked.incrementAndGet();
        throw new UnknownHostException(name);
    }

    @Test
    void shouldNotLookUpWhatIsAnAddress() {
        HostLookup lookup = new HostLookup(this::unknown);
        for (String address : List.of("10.0.0.7", "[::1]", "[fe80::7]")) {
            assertEquals(address, lookup.addressOf(address).getNow(""));
        }
        assertEquals(0, asked.get());
    }

    @Test
    void shouldGiveAnAddressInTheFormThatAChannelTakes() {
        HostLookup lookup = new HostLookup(
                name -> InetAddress.getByAddress(name, name.equals("four") ? new byte[] {10, 0, 0, 7} : new byte[16]));
        assertEquals("10.0.0.7", lookup.addressOf("four").join());
        assertEquals("[0:0:0:0:0:0:0:0]", lookup.addressOf("six").join());
    }

    @Test
    void shouldLookANameUpOnceForAllWhoAskMeanwhile() {
        CountDownLatch answer = new CountDownLatch(1);
        HostLookup lookup = new HostLookup(name -> {
            asked.incrementAndGet();
            awaitIt(answer);
            return InetAddress.getLoopbackAddress();
        });
        CompletableFuture<String> first = lookup.addressOf("node");
        CompletableFuture<String> second = lookup.addressOf("node");
        assertFalse(first.isDone());
        answer.countDown();
        assertEquals("127.0.0.1", first.join());
        assertEquals("127.0.0.1", second.join());
        assertEquals(1, asked.get());
        assertEquals("127.0.0.1", lookup.addressOf("node").join());
        assertEquals(2, asked.get());
    }

    private static void awaitIt(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldSayWhichNameHasNoAddressAndAskAgainTheNextTime() {
        HostLookup lookup = new HostLookup(this::unknown);
        for (int time = 1; time <= 2; time++) {
            CompletionException thrown = assertThrows(CompletionException.class, lookup.addressOf("nowhere")::join);
            assertEquals(
                    "the name nowhere has no address",
                    assertInstanceOf(IOException.class, thrown.getCause()).getMessage());
            assertEquals(time, asked.get());
        }
    }

    @Test
    void shouldEndWithWhatElseGoesWrong() {
        IllegalStateException fault = new IllegalStateException("resolver");
        CompletableFuture<String> address = new HostLookup(name -> {
                    throw fault;
                })
                .addressOf("node");
        assertThrows(CompletionException.class, address::join);
        assertTrue(address.isCompletedExceptionally());
    }
}
