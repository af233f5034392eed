package dev.microphone.transport.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeEndpointTest {
    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.7:40102/40101", "node-1.example:1/65535", "[fe80::1]:40100/40101"})
    void shouldReadWhatItWrites(String text) {
        assertEquals(text, NodeEndpoint.parse(text).toString());
    }

    @Test
    void shouldTakeThePortBehindForTheAnswers() {
        assertEquals(new NodeEndpoint("localhost", 40100, 40101), NodeEndpoint.parse("localhost:40100"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "host:",
                "host:0",
                "host:65536",
                "host:1/",
                "host:1/0",
                "a|b:1",
                "h:99999999999",
                "host:65535"
            })
    void shouldRefuseWhatIsNoEndpoint(String text) {
        assertThrows(IllegalArgumentException.class, () -> NodeEndpoint.parse(text));
    }
}
