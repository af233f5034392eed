package dev.microphone.processor.wasm;

import static dev.microphone.processor.wasm.WasmBuilder.*;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Modules that try to cost the loader its time, its memory or its stack, by name. */
final class HostileModules {
    private static final byte[] PREAMBLE = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final int CODE_SECTION = 10;
    private static final byte[] HUGE = bytes(0xff, 0xff, 0xff, 0xff, 0x0f);
    private static final int[] SECTIONS = {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12};
    private static final int[] RANGE = {I32, I32};
    private static final int[] INT = {I32};
    private static final int[] NOTHING = {};

    private HostileModules() {}

    static Map<String, byte[]> all() {
        Map<String, byte[]> modules = new LinkedHashMap<>();
        for (int section : SECTIONS) {
            modules.put("4 billion entries in section " + section, section(section, HUGE));
        }
        modules.put("a section of 4 billion bytes", join(PREAMBLE, bytes(1), HUGE));
        modules.put("a custom section of a name of 4 billion bytes", section(0, HUGE));
        modules.put("4 billion locals", body(join(bytes(1), HUGE, bytes(I32, LOCAL_GET, 1, END))));
        byte[] group = join(bytes(0xff, 0xff, 0xff, 0x3f), bytes(I32));
        modules.put("many groups of locals", body(join(bytes(60), repeat(group, 60), bytes(LOCAL_GET, 1, END))));
        modules.put("200,000 locals", body(join(bytes(1, 0xc0, 0x9a, 0x0c, I32), bytes(LOCAL_GET, 1, END))));
        modules.put(
                "a table of 4 billion branches",
                plugin(join(bytes(BLOCK, VOID, LOCAL_GET, 0, 0x0e), HUGE, bytes(0, END, LOCAL_GET, 1))));
        modules.put(
                "a table of a million branches",
                plugin(join(
                        bytes(BLOCK, VOID, LOCAL_GET, 0, 0x0e, 0xc0, 0x84, 0x3d),
                        new byte[1_000_001],
                        bytes(END, LOCAL_GET, 1))));
        modules.put("100,000 blocks in each other", nested(100_000));
        modules.put("5,000 blocks in each other", nested(5_000));
        modules.put("500 blocks in each other", nested(500));
        modules.put("16 million instructions", plugin(join(repeat(bytes(1), 15_000_000), bytes(LOCAL_GET, 1))));
        modules.put(
                "60,000 values on the stack",
                plugin(join(repeat(bytes(LOCAL_GET, 0), 60_000), repeat(bytes(DROP), 60_000), bytes(LOCAL_GET, 1))));
        modules.put("a chain of 4,000 functions", chain(module(), 4_000));
        modules.put("1,000 equal types", chain(module().withRepeatedTypes(), 1_000));
        modules.put("11,000 functions", chain(module(), 11_000));
        modules.put("300 parameters", parameters(300));
        modules.put(
                "more memory than there is",
                module().memory(65_536, 65_536).export("process_frame", 0).build());
        modules.put("100,000 exports", exports(100_000));
        modules.put("100,000 globals", globals(100_000));
        return modules;
    }

    private static byte[] nested(int depth) {
        return plugin(join(repeat(bytes(BLOCK, VOID), depth), repeat(bytes(END), depth), bytes(LOCAL_GET, 1)));
    }

    /** Each calls the next; only the last calls none. */
    private static byte[] chain(WasmBuilder builder, int functions) {
        for (int i = 0; i < functions - 1; i++) {
            builder.function(
                    RANGE,
                    INT,
                    0,
                    join(
                            bytes(LOCAL_GET, 0, LOCAL_GET, 1, CALL),
                            bytes(((i + 1) & 0x7f) | 0x80, ((i + 1) >> 7 & 0x7f) | 0x80, (i + 1) >> 14)));
        }
        builder.function(RANGE, INT, 0, bytes(LOCAL_GET, 1));
        return builder.export("process_frame", 0).build();
    }

    private static byte[] parameters(int count) {
        int[] types = new int[count];
        Arrays.fill(types, I32);
        WasmBuilder builder = module();
        builder.export("process_frame", builder.function(RANGE, INT, 0, bytes(LOCAL_GET, 1)));
        builder.function(types, NOTHING, 0, bytes());
        return builder.build();
    }

    private static byte[] exports(int count) {
        WasmBuilder builder = module();
        builder.export("process_frame", builder.function(RANGE, INT, 0, bytes(LOCAL_GET, 1)));
        for (int i = 0; i < count; i++) {
            builder.export("f" + i, 0);
        }
        return builder.build();
    }

    private static byte[] globals(int count) {
        WasmBuilder builder = module();
        builder.export("process_frame", builder.function(RANGE, INT, 0, bytes(LOCAL_GET, 1)));
        for (int i = 0; i < count; i++) {
            builder.global(i);
        }
        return builder.build();
    }

    /** {@code process_frame} with these bytes, locals first: what the builder would not write. */
    private static byte[] body(byte[] body) {
        byte[] whole = plugin(bytes(UNREACHABLE));
        // The code section is the last: id, length, one function, its length, and that.
        int start = whole.length - 1;
        while (whole[start] != CODE_SECTION || whole[start + 2] != 1) {
            start--;
        }
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        code.write(1);
        code.writeBytes(length(body.length));
        code.writeBytes(body);
        return join(Arrays.copyOf(whole, start), bytes(CODE_SECTION), length(code.size()), code.toByteArray());
    }

    private static byte[] section(int id, byte[] content) {
        return join(PREAMBLE, bytes(id), length(content.length), content);
    }

    private static byte[] length(int value) {
        return bytes((value & 0x7f) | 0x80, (value >> 7 & 0x7f) | 0x80, value >> 14);
    }

    private static byte[] repeat(byte[] part, int times) {
        byte[] all = new byte[part.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(part, 0, all, i * part.length, part.length);
        }
        return all;
    }
}
