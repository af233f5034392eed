package dev.microphone.standalone.command;

import java.util.HexFormat;

/**
 * The smallest plugin that fails on every frame.
 *
 * <pre>
 * (module (memory (export "memory") 1)
 *   (func (export "process_frame") (param i32 i32) (result i32) unreachable))
 * </pre>
 */
final class TrapPlugin {
    private TrapPlugin() {}

    static byte[] wasm() {
        String process = HexFormat.of().formatHex("process_frame".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        String memory = HexFormat.of().formatHex("memory".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return HexFormat.of()
                .parseHex(
                        "0061736d01000000" // magic, version
                                + "01070160027f7f017f" // types: (i32 i32) -> i32
                                + "03020100" // functions: one of type 0
                                + "0503010001" // memory: 1 page
                                + "071a02" + "06" + memory + "0200" + "0d" + process + "0000" // exports
                                + "0a05010300000b"); // code: unreachable
    }
}
