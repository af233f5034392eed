package dev.microphone.loadtest.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** That what the proof's network does is what it says. */
final class DisorderTest {
    private static List<Integer> passed(long seed) {
        List<Integer> passed = new ArrayList<>();
        Disorder disorder = new Disorder(seed);
        ByteBuffer datagram = ByteBuffer.allocateDirect(Integer.BYTES);
        for (int i = 0; i < 10_000; i++) {
            datagram.clear().putInt(i).flip();
            assertEquals(4, disorder.pass(datagram, null, (bytes, address) -> {
                passed.add(bytes.getInt());
                return 4;
            }));
        }
        assertEquals(200, (double) disorder.late(), 60);
        assertEquals(100, (double) disorder.twice(), 40);
        assertEquals(10_000.0 + disorder.twice(), passed.size(), 5);
        return passed;
    }

    @Test
    void shouldBringDatagramsLateAndTwiceAndLoseNone() {
        List<Integer> passed = passed(1);
        TreeSet<Integer> all = new TreeSet<>(passed);
        assertEquals(10_000, all.size(), 5);
        int backwards = 0;
        for (int i = 1; i < passed.size(); i++) {
            backwards += passed.get(i) < passed.get(i - 1) ? 1 : 0;
        }
        assertEquals(200, backwards, 60);
        assertEquals(passed, passed(1));
        assertNotEquals(passed, passed(2));
    }
}
