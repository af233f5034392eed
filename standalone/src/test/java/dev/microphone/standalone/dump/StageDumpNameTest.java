package dev.microphone.standalone.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageDumpNameTest {
    @ParameterizedTest
    @CsvSource({
        "local/here/pc/mic, local_here_pc_mic",
        "../../etc/passwd, __.._etc_passwd",
        "..,  _",
        ".hidden, _hidden",
        "-rf, _rf",
        "'a b\u0000c', a_b_c",
        "'', _"
    })
    void shouldMakeAFileNameOfAnything(String text, String expected) {
        assertEquals(expected.strip(), StageDump.safe(text));
    }
}
