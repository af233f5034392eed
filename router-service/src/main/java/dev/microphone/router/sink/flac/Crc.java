package dev.microphone.router.sink.flac;

/** The two checksums of a FLAC frame (RFC 9639, sections 9.1.8 and 9.3). */
final class Crc {
    private static final int[] CRC8 = table(8, 0x07);
    private static final int[] CRC16 = table(16, 0x8005);

    private Crc() {}

    private static int[] table(int bits, int polynomial) {
        int[] table = new int[256];
        int top = 1 << (bits - 1);
        for (int i = 0; i < table.length; i++) {
            int value = i << (bits - 8);
            for (int bit = 0; bit < 8; bit++) {
                value = (value & top) != 0 ? (value << 1) ^ polynomial : value << 1;
            }
            table[i] = value & ((1 << bits) - 1);
        }
        return table;
    }

    static int crc8(byte[] bytes, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc = CRC8[crc ^ (bytes[i] & 0xff)];
        }
        return crc;
    }

    static int crc16(byte[] bytes, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >>> 8) ^ (bytes[i] & 0xff)];
        }
        return crc;
    }
}
