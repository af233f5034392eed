package dev.microphone.processor;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class JavaRequirementTest {
    @Test
    void shouldRefuseJavaThatMiscompilesPlugins() {
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> JavaRequirement.check(17));

        assertEquals(
                "the processor needs Java 21 or newer, this is Java 17: older ones can miscompile plugins",
                e.getMessage());
    }

    @Test
    void shouldAcceptNewerJava() {
        assertDoesNotThrow(() -> JavaRequirement.check(25));
        assertDoesNotThrow(() -> JavaRequirement.check());
    }
}
