package dev.microphone.standalone.measure;

/**
 * Level to colour, dark to bright and even to the eye, also in print and to the colour-blind.
 *
 * @see <a href="https://bids.github.io/colormap/">"inferno" of Smith and van der Walt (CC0), at nine points</a>
 */
final class ColourScale {
    private static final int[] POINTS = {
        0x000004, 0x1f0c48, 0x550f6d, 0x88226a, 0xba3655, 0xe35933, 0xf98e09, 0xf9cb35, 0xfcffa4
    };

    private ColourScale() {}

    /** @param share 0 (quietest) to 1; clamped */
    static int rgb(double share) {
        double position = Math.clamp(share, 0, 1) * (POINTS.length - 1);
        int index = Math.min((int) position, POINTS.length - 2);
        double along = position - index;
        int low = POINTS[index];
        int high = POINTS[index + 1];
        return mix(low, high, 16, along) | mix(low, high, 8, along) | mix(low, high, 0, along);
    }

    private static int mix(int low, int high, int shift, double along) {
        int from = (low >> shift) & 0xff;
        int to = (high >> shift) & 0xff;
        return (int) Math.round(from + along * (to - from)) << shift;
    }
}
