package dev.microphone.processor.wasm;

/**
 * A look at a module's outline before it is parsed: magic, sections, and how much code there is. What the parser would
 * turn into objects without end stops here, and what is torn is named with its place in the file.
 *
 * @see <a href="https://webassembly.github.io/spec/core/binary/modules.html">WebAssembly binary format</a>
 */
final class ModuleScan {
    /**
     * Eight times the code of the largest plugin known (echo cancellation, 0.25 MiB). The parser makes an object of some
     * 100 bytes of each instruction, so this is 200 MiB for as long as the module is loaded.
     */
    static final int MAX_CODE_BYTES = 2 << 20;

    /** A JVM method has at most 64 KiB, and WASM's instructions are a quarter as long at the least. */
    static final int MAX_FUNCTION_BYTES = 256 << 10;

    private static final byte[] PREAMBLE = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final int CODE_SECTION = 10;
    private static final int LAST_SECTION = 12;

    private final byte[] wasm;
    private int position;

    private ModuleScan(byte[] wasm) {
        this.wasm = wasm;
    }

    /** @throws PluginRejectedException says what and, in bytes from the file's start, where */
    static void check(byte[] wasm) throws PluginRejectedException {
        new ModuleScan(wasm).run();
    }

    private void run() throws PluginRejectedException {
        for (; position < PREAMBLE.length; position++) {
            if (position == wasm.length || wasm[position] != PREAMBLE[position]) {
                throw invalid(position < 4 ? "does not begin with \\0asm" : "has another version than 1");
            }
        }
        while (position < wasm.length) {
            int start = position;
            int id = wasm[position++];
            if (id < 0 || id > LAST_SECTION) {
                position = start;
                throw invalid("has a section of kind " + (id & 0xff) + ": known are 0 to " + LAST_SECTION);
            }
            int length = length("section " + id);
            int end = position + length;
            if (id == CODE_SECTION) {
                code(length, end);
            }
            position = end;
        }
    }

    private void code(int length, int end) throws PluginRejectedException {
        if (length > MAX_CODE_BYTES) {
            throw new PluginRejectedException("has " + length + " bytes of code: the limit is " + MAX_CODE_BYTES);
        }
        long functions = unsigned();
        if (functions > PluginValidator.MAX_FUNCTIONS) {
            throw new PluginRejectedException(
                    "has " + functions + " functions: the limit is " + PluginValidator.MAX_FUNCTIONS);
        }
        for (int i = 0; i < functions && position < end; i++) {
            int body = length("the body of function " + i);
            if (body > MAX_FUNCTION_BYTES) {
                throw new PluginRejectedException("has a function " + i + " of " + body + " bytes at byte " + position
                        + ": the limit is " + MAX_FUNCTION_BYTES);
            }
            position += body;
        }
    }

    private int length(String what) throws PluginRejectedException {
        int start = position;
        long length = unsigned();
        if (length > wasm.length - position) {
            int left = wasm.length - position;
            position = start;
            throw invalid(what + " says that it has " + length + " bytes, and " + left + " are left");
        }
        return (int) length;
    }

    private long unsigned() throws PluginRejectedException {
        int start = position;
        long value = 0;
        for (int shift = 0; shift <= 28; shift += 7) {
            if (position == wasm.length) {
                throw invalid("ends within a number");
            }
            byte next = wasm[position++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        position = start;
        throw invalid("has a number of more than five bytes");
    }

    private PluginRejectedException invalid(String what) {
        return new PluginRejectedException(
                "is not a valid WebAssembly module: at byte " + position + " of " + wasm.length + ": " + what);
    }
}
