package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.schemas.event.RouterAnnounced;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RouterListTest {
    private final RouterList routers = new RouterList(List.of());

    private boolean up(String endpoint) {
        return routers.onAnnounced(new RouterAnnounced(endpoint, RouterAnnounced.UP));
    }

    @Test
    void shouldKnowWhoIsThere() {
        assertTrue(up("b:1"));
        assertTrue(up("a:1"));
        assertTrue(up("[::1]:2"));
        assertEquals(List.of("[::1]:2", "a:1", "b:1"), routers.endpoints());
        routers.onAnnounced(new RouterAnnounced("a:1", RouterAnnounced.DOWN));
        assertEquals(List.of("[::1]:2", "b:1"), routers.endpoints());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "router", "router:", "router:0", "router:65536", "a:1/2", "a b:1", "a:1|mtu=8k", "a:1\n"})
    void shouldRefuseWhatIsNoEndpoint(String endpoint) {
        assertFalse(up(endpoint));
        assertEquals(List.of(), routers.endpoints());
        assertEquals(0, routers.current().version());
    }
}
