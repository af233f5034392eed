package dev.microphone.standalone.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WaitingPollerTest {
    private final CompletableFuture<Void> warm = new CompletableFuture<>();
    private int waiting = 7;
    private final WaitingPoller poller = new WaitingPoller(
            (handler, frameLimit) -> {
                int taken = Math.min(waiting, frameLimit);
                waiting -= taken;
                return taken;
            },
            warm);

    private int poll() {
        return poller.poll(frame -> true, 5);
    }

    @Test
    void shouldLeaveFramesWhereTheyAreUntilThePluginsKeepUp() {
        assertEquals(0, poll());
        assertEquals(7, waiting);

        warm.complete(null);

        assertEquals(5, poll());
        assertEquals(2, poll());
        assertEquals(0, waiting);
    }

    @Test
    void shouldLetFramesGoWhenAPluginFailsSoThatWhatWasCapturedIsNotInTheWayOfTheEnd() {
        warm.completeExceptionally(new IllegalStateException("the plugin traps"));

        assertEquals(5, poll());
    }
}
