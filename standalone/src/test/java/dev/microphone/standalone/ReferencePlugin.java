package dev.microphone.standalone;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A plugin whose output is the far end, so that a test hears what it was shown.
 *
 * <pre>
 * (module (memory (export "memory") 1)
 *   (func (export "process_reference") (param i32 i32) (result i32)
 *     (memory.copy (i32.const 40000) (local.get 0) (local.get 1)) (local.get 1))
 *   (func (export "process_frame") (param i32 i32) (result i32)
 *     (memory.copy (local.get 0) (i32.const 40000) (local.get 1)) (local.get 1)))
 * </pre>
 */
public final class ReferencePlugin {
    private ReferencePlugin() {}

    public static byte[] wasm() {
        return HexFormat.of()
                .parseHex(
                        "0061736d01000000" // magic, version
                                + "01070160027f7f017f" // types: (i32 i32) -> i32
                                + "0303020000" // functions: two of type 0
                                + "0503010001" // memory: 1 page
                                + "072e03" // exports
                                + name("memory") + "0200" + name("process_reference") + "0000" + name("process_frame")
                                + "0001"
                                + "0a2302" // code
                                + "100041c0b80220002001fc0a000020010b"
                                + "1000200041c0b8022001fc0a000020010b");
    }

    private static String name(String text) {
        return HexFormat.of().toHexDigits((byte) text.length())
                + HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
