package dev.microphone.standalone.live;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A plugin that fails on every frame that begins with a sample above half of full scale: none of its warm-up does.
 *
 * <pre>
 * (module (memory (export "memory") 1)
 *   (func (export "process_frame") (param i32 i32) (result i32)
 *     (if (i32.gt_s (i32.load16_s (local.get 0)) (i32.const 16384)) (then unreachable))
 *     (local.get 1)))
 * </pre>
 */
final class LoudFrameTrap {
    private LoudFrameTrap() {}

    static byte[] wasm() {
        return HexFormat.of()
                .parseHex(
                        "0061736d01000000" // magic, version
                                + "01070160027f7f017f" // types: (i32 i32) -> i32
                                + "03020100" // functions: one of type 0
                                + "0503010001" // memory: 1 page
                                + "071a02" + "06" + hex("memory") + "0200" + "0d" + hex("process_frame")
                                + "0000" // exports
                                + "0a140112002000" + "2e0100" + "41808001" + "4a" + "0440" + "00" + "0b" + "2001"
                                + "0b"); // code
    }

    private static String hex(String name) {
        return HexFormat.of().formatHex(name.getBytes(StandardCharsets.US_ASCII));
    }
}
