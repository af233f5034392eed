package dev.microphone.processor.shard;

/** Numbers that look alike, made to look different. */
final class Mixing {
    private Mixing() {}

    /**
     * MurmurHash3's 64-bit finaliser: each bit of the input changes half of those of the result.
     *
     * @see <a href="https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp">MurmurHash3.cpp, fmix64</a>
     */
    static long mixed(long value) {
        long bits = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        bits = (bits ^ (bits >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return bits ^ (bits >>> 33);
    }
}
