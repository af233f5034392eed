package dev.microphone.processor.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes small modules byte by byte, so that a test says exactly what its plugin does.
 *
 * @see <a href="https://webassembly.github.io/spec/core/binary/modules.html">WebAssembly binary format</a>
 */
public final class WasmBuilder {
    public static final int UNREACHABLE = 0x00;
    public static final int BLOCK = 0x02;
    public static final int LOOP = 0x03;
    public static final int IF = 0x04;
    public static final int ELSE = 0x05;
    public static final int END = 0x0b;
    public static final int BR = 0x0c;
    public static final int BR_IF = 0x0d;
    public static final int CALL = 0x10;
    public static final int CALL_INDIRECT = 0x11;
    public static final int DROP = 0x1a;
    public static final int LOCAL_GET = 0x20;
    public static final int LOCAL_SET = 0x21;
    public static final int LOCAL_TEE = 0x22;
    public static final int GLOBAL_GET = 0x23;
    public static final int GLOBAL_SET = 0x24;
    public static final int I32_LOAD = 0x28;
    public static final int I32_STORE = 0x36;
    public static final int MEMORY_GROW = 0x40;
    public static final int I32_CONST = 0x41;
    public static final int I32_EQ = 0x46;
    public static final int I32_LT_U = 0x49;
    public static final int I32_ADD = 0x6a;
    public static final int I32_SUB = 0x6b;
    public static final int I32_DIV_S = 0x6d;
    public static final int I32_XOR = 0x73;
    public static final int VOID = 0x40;
    public static final int I32 = 0x7f;
    public static final int I64 = 0x7e;
    public static final int F32 = 0x7d;
    public static final int F64 = 0x7c;

    @SuppressWarnings("ArrayRecordComponent")
    private record Function(int type, byte[] body) {}

    private record Export(String name, int kind, int index) {}

    private final List<byte[]> types = new ArrayList<>();
    private final List<Function> functions = new ArrayList<>();
    private final List<Export> exports = new ArrayList<>();
    private final List<Integer> globals = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private final List<byte[]> imports = new ArrayList<>();
    private int pages = 1;
    private int maximumPages = -1;
    private int tableEntries;
    private int start = -1;
    private boolean repeatsTypes;

    /** A module with one page of memory, exported. */
    public static WasmBuilder module() {
        return new WasmBuilder().export("memory", 2, 0);
    }

    /** A plugin whose {@code process_frame(ptr, len)} has this body, with one i32 local (index 2). */
    public static byte[] plugin(byte[] body) {
        WasmBuilder builder = module();
        builder.export("process_frame", builder.function(new int[] {I32, I32}, new int[] {I32}, 1, body));
        return builder.build();
    }

    public WasmBuilder memory(int initialPages, int maximum) {
        pages = initialPages;
        maximumPages = maximum;
        return this;
    }

    /** @return the function's index */
    public int function(int[] parameters, int[] results, int i32Locals, byte[] body) {
        ByteArrayOutputStream type = new ByteArrayOutputStream();
        type.write(0x60);
        unsigned(type, parameters.length);
        for (int parameter : parameters) {
            type.write(parameter);
        }
        unsigned(type, results.length);
        for (int result : results) {
            type.write(result);
        }
        int typeIndex = indexOfType(type.toByteArray());
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        unsigned(code, i32Locals == 0 ? 0 : 1);
        if (i32Locals > 0) {
            unsigned(code, i32Locals);
            code.write(I32);
        }
        code.writeBytes(body);
        code.write(END);
        functions.add(new Function(typeIndex, code.toByteArray()));
        return functions.size() - 1;
    }

    private int indexOfType(byte[] type) {
        for (int i = 0; i < types.size() && !repeatsTypes; i++) {
            if (Arrays.equals(types.get(i), type)) {
                return i;
            }
        }
        types.add(type);
        return types.size() - 1;
    }

    /** Each function gets a type of its own, equal or not. */
    public WasmBuilder withRepeatedTypes() {
        repeatsTypes = true;
        return this;
    }

    public WasmBuilder export(String name, int functionIndex) {
        return export(name, 0, functionIndex);
    }

    public WasmBuilder export(String name, int kind, int index) {
        exports.add(new Export(name, kind, index));
        return this;
    }

    public WasmBuilder withoutExports() {
        exports.clear();
        return this;
    }

    /** A mutable i32. */
    public WasmBuilder global(int value) {
        globals.add(value);
        return this;
    }

    /** An active segment of one byte. */
    public WasmBuilder data(int address, int value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        out.write(I32_CONST);
        out.writeBytes(signed(address));
        out.write(END);
        out.write(1);
        out.write(value);
        data.add(out.toByteArray());
        return this;
    }

    /** A table with the functions in it, from the first on. */
    public WasmBuilder tableOfAllFunctions() {
        tableEntries = functions.size();
        return this;
    }

    public WasmBuilder start(int functionIndex) {
        start = functionIndex;
        return this;
    }

    /** Imports a function of type 0; it then has index 0, and the module's own come behind. */
    public WasmBuilder importFunction(String module, String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        name(out, module);
        name(out, name);
        out.write(0);
        unsigned(out, 0);
        imports.add(out.toByteArray());
        return this;
    }

    public byte[] build() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        section(out, 1, types);
        section(out, 2, imports);
        section(
                out,
                3,
                functions.stream().map(function -> unsigned(function.type)).toList());
        if (tableEntries > 0) {
            section(out, 4, List.of(bytes(0x70, 0, tableEntries)));
        }
        section(out, 5, List.of(memoryType()));
        section(out, 6, globals.stream().map(WasmBuilder::globalType).toList());
        section(out, 7, exports.stream().map(WasmBuilder::exportEntry).toList());
        if (start >= 0) {
            ByteArrayOutputStream startIndex = new ByteArrayOutputStream();
            unsigned(startIndex, start);
            rawSection(out, 8, startIndex.toByteArray());
        }
        if (tableEntries > 0) {
            ByteArrayOutputStream element = new ByteArrayOutputStream();
            element.writeBytes(bytes(0, I32_CONST, 0, END, tableEntries));
            for (int i = 0; i < tableEntries; i++) {
                unsigned(element, i);
            }
            section(out, 9, List.of(element.toByteArray()));
        }
        section(out, 10, functions.stream().map(WasmBuilder::sized).toList());
        section(out, 11, data);
        return out.toByteArray();
    }

    private byte[] memoryType() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(maximumPages < 0 ? 0 : 1);
        unsigned(out, pages);
        if (maximumPages >= 0) {
            unsigned(out, maximumPages);
        }
        return out.toByteArray();
    }

    private static byte[] globalType(int value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(I32);
        out.write(1);
        out.write(I32_CONST);
        out.writeBytes(signed(value));
        out.write(END);
        return out.toByteArray();
    }

    private static byte[] exportEntry(Export export) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        name(out, export.name);
        out.write(export.kind);
        unsigned(out, export.index);
        return out.toByteArray();
    }

    private static byte[] sized(Function function) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        unsigned(out, function.body.length);
        out.writeBytes(function.body);
        return out.toByteArray();
    }

    private static void section(ByteArrayOutputStream out, int id, List<byte[]> entries) {
        if (entries.isEmpty()) {
            return;
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        unsigned(content, entries.size());
        entries.forEach(content::writeBytes);
        rawSection(out, id, content.toByteArray());
    }

    private static void rawSection(ByteArrayOutputStream out, int id, byte[] content) {
        out.write(id);
        unsigned(out, content.length);
        out.writeBytes(content);
    }

    private static void name(ByteArrayOutputStream out, String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        unsigned(out, utf8.length);
        out.writeBytes(utf8);
    }

    private static byte[] unsigned(int value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        unsigned(out, value);
        return out.toByteArray();
    }

    private static void unsigned(ByteArrayOutputStream out, int value) {
        int left = value;
        while (left >>> 7 != 0) {
            out.write((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    private static byte[] signed(int value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int left = value;
        while (left < -64 || left > 63) {
            out.write((left & 0x7f) | 0x80);
            left >>= 7;
        }
        out.write(left & 0x7f);
        return out.toByteArray();
    }

    /** Code, an int a byte. */
    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** {@code i32.const value} */
    public static byte[] i32(int value) {
        return join(bytes(I32_CONST), signed(value));
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
