package dev.microphone.transport.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamNameTest {
    /** Computed by a Python rendering of FNV-1a and MurmurHash3's mixer: an id must never change. */
    @Test
    void shouldHaveTheSameIdForGood() {
        assertEquals(0xf35a45e4f02eb832L, new StreamName("acme/berlin/rack-3/mic-1").streamId());
    }

    @Test
    void shouldSpreadNeighbouringNamesOverAllKeyGroups() {
        Set<Long> ids = new HashSet<>();
        int[] perGroup = new int[128];
        for (int i = 0; i < 12_800; i++) {
            long id = new StreamName("acme/berlin/rack-3/mic-" + i).streamId();
            ids.add(id);
            perGroup[(int) Long.remainderUnsigned(id, 128)]++;
        }
        assertEquals(12_800, ids.size());
        for (int count : perGroup) {
            assertTrue(count > 50 && count < 150, "a group has " + count + " of an expected 100");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b/c", "a/b/c/d/e", "a//c/d", "a/b/c/d ", "a/b/c/d\n", "a/b/c/ü", "../b/c/d$"})
    void shouldRefuseWhatIsNotFourParts(String value) {
        String message = assertThrows(IllegalArgumentException.class, () -> new StreamName(value))
                .getMessage();
        assertTrue(message.contains("tenant/site/device/source"), message);
    }
}
