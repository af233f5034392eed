package dev.microphone.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BrokerChoiceTest {
    @Test
    void shouldTakeAContainerWhereDockerAnswers() {
        assertEquals(new BrokerChoice(true, "in a container (Docker answers)"), BrokerChoice.of(null, () -> null));
    }

    @Test
    void shouldStayInTheProcessWhereThereIsNoDockerAndSayWhy() {
        BrokerChoice choice = BrokerChoice.of("auto", () -> "Docker does not answer");

        assertFalse(choice.inContainer());
        assertEquals("in this process (KRaft): Docker does not answer", choice.words());
    }

    @Test
    void shouldNotEvenAskForDockerWhenTheProcessIsWanted() {
        BrokerChoice choice = BrokerChoice.of("process", () -> {
            throw new AssertionError("asked");
        });

        assertFalse(choice.inContainer());
    }

    @Test
    void shouldRefuseAContainerThatCannotBe() {
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> BrokerChoice.of("docker", () -> "it does not answer"));

        assertEquals("microphone.kafka.broker is 'docker', and it does not answer", refused.getMessage());
        assertTrue(BrokerChoice.of("docker", () -> null).inContainer());
        assertThrows(IllegalStateException.class, () -> BrokerChoice.of("podman", () -> null));
    }
}
