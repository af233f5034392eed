package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChainSpecTest {
    @Test
    void shouldReadNamesParametersAndPaths() {
        ChainSpec spec = ChainSpec.parse("highpass(hz=80, order=2) , rnnoise,./my plugins/mine.wasm");

        assertEquals(3, spec.plugins().size());
        assertEquals(
                new PluginSpec("highpass", Map.of("hz", "80", "order", "2")),
                spec.plugins().get(0));
        assertEquals(new PluginSpec("rnnoise", Map.of()), spec.plugins().get(1));
        assertEquals("./my plugins/mine.wasm", spec.plugins().get(2).reference());
        assertTrue(spec.plugins().get(2).isFile());
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", " none ", "rnnoise", "highpass(hz=80),rnnoise", "/opt/a.wasm(x=1=2)"})
    void shouldWriteWhatItReads(String text) {
        ChainSpec spec = ChainSpec.parse(text);

        assertEquals(spec, ChainSpec.parse(spec.toString()));
    }

    @Test
    void shouldPassThroughWhenNone() {
        assertEquals(ChainSpec.NONE, ChainSpec.parse("none"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\" | position 1: found the end, expected a plugin's name, a path to a .wasm file, or 'none'",
                "a,,b | position 3: found ',', expected a plugin's name, a path to a .wasm file, or 'none'",
                "a, | position 3: found the end, expected a plugin's name, a path to a .wasm file, or 'none'",
                "a,none | position 3: 'none' stands alone, it cannot be combined with plugins",
                "a(x=1 | position 6: found the end, expected ',' or ')'",
                "a(x) | position 4: found ')', expected '=' and a value for 'x'",
                "a(x=) | position 5: found ')', expected a value for 'x'",
                "a() | position 3: found '', expected a parameter as key=value, the key of letters, digits, '-', '_'",
                "a(x=1,x=2) | position 7: parameter 'x' is given twice",
                "a(x=1)b | position 7: found 'b', expected ',' or the end",
                "a=1 | position 2: found '=', expected ',' or the end",
            })
    void shouldSayWhereAndWhatIsAllowed(String text, String message) {
        ChainSyntaxException e = assertThrows(ChainSyntaxException.class, () -> ChainSpec.parse(text));

        assertEquals("chain '" + text + "', " + message, e.getMessage());
    }

    @Test
    void shouldRefuseMorePluginsThanFitAFrame() {
        assertThrows(ChainSyntaxException.class, () -> ChainSpec.parse("a" + ",a".repeat(ChainSpec.MAX_PLUGINS)));
    }
}
