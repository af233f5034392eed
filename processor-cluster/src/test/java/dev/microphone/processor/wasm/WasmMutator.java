package dev.microphone.processor.wasm;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes modules the way that reaches deep: sections keep right lengths while what they hold changes, so that the
 * parser goes on behind the place.
 */
final class WasmMutator {
    private static final int PREAMBLE_BYTES = 8;
    /** Bytes at which decoders break: ends of LEB128 ranges, types, and opcodes with immediates. */
    private static final byte[] TELLING = WasmBuilder.bytes(
            0, 1, 2, 3, 4, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x1c, 0x20, 0x22, 0x23, 0x28, 0x36, 0x3f, 0x40,
            0x41, 0x42, 0x60, 0x6f, 0x70, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f, 0x80, 0xbf, 0xd0, 0xd2, 0xfc, 0xfd, 0xfe, 0xff);

    @SuppressWarnings("ArrayRecordComponent")
    private record Section(int id, byte[] content) {}

    private final SplittableRandom random;

    WasmMutator(SplittableRandom random) {
        this.random = random;
    }

    /** @param wasm a valid module; other bytes are only changed as bytes */
    byte[] mutate(byte[] wasm, byte[] other) {
        List<Section> sections = new ArrayList<>(sections(wasm));
        if (sections.isEmpty() || random.nextInt(8) == 0) {
            return changed(wasm);
        }
        for (int changes = random.nextInt(1, 4); changes > 0 && !sections.isEmpty(); changes--) {
            int at = random.nextInt(sections.size());
            Section section = sections.get(at);
            switch (random.nextInt(12)) {
                case 0 -> sections.remove(at);
                case 1 -> sections.add(section);
                case 2 -> Collections.swap(sections, at, random.nextInt(sections.size()));
                case 3 -> {
                    List<Section> others = sections(other);
                    if (!others.isEmpty()) {
                        sections.set(at, others.get(random.nextInt(others.size())));
                    }
                }
                default -> sections.set(at, new Section(section.id, changed(section.content)));
            }
        }
        return join(sections);
    }

    private byte[] changed(byte[] bytes) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        byte telling = TELLING[random.nextInt(TELLING.length)];
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 ->
                WasmBuilder.join(
                        Arrays.copyOf(bytes, at), new byte[] {telling}, Arrays.copyOfRange(bytes, at, bytes.length));
            case 2 ->
                WasmBuilder.join(
                        Arrays.copyOf(bytes, at),
                        Arrays.copyOfRange(bytes, Math.min(bytes.length, at + 1), bytes.length));
            case 3 -> with(bytes, at, (byte) (bytes[at] ^ 1 << random.nextInt(8)));
            default -> with(bytes, at, telling);
        };
    }

    private static byte[] with(byte[] bytes, int at, byte value) {
        byte[] copy = bytes.clone();
        copy[at] = value;
        return copy;
    }

    private static List<Section> sections(byte[] wasm) {
        List<Section> sections = new ArrayList<>();
        int position = PREAMBLE_BYTES;
        while (position < wasm.length) {
            int id = wasm[position++];
            int length = 0;
            int shift = 0;
            byte next;
            do {
                if (position == wasm.length || shift > 28) {
                    return sections;
                }
                next = wasm[position++];
                length |= (next & 0x7f) << shift;
                shift += 7;
            } while (next < 0);
            if (length < 0 || length > wasm.length - position) {
                return sections;
            }
            sections.add(new Section(id, Arrays.copyOfRange(wasm, position, position + length)));
            position += length;
        }
        return sections;
    }

    private static byte[] join(List<Section> sections) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        for (Section section : sections) {
            out.write(section.id);
            int left = section.content.length;
            while (left >>> 7 != 0) {
                out.write((left & 0x7f) | 0x80);
                left >>>= 7;
            }
            out.write(left);
            out.writeBytes(section.content);
        }
        return out.toByteArray();
    }
}
