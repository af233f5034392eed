package dev.microphone.plugins;

/**
 * Impulse responses of a room with flat walls by the image method: J. B. Allen, D. A. Berkley, "Image method for
 * efficiently simulating small-room acoustics", JASA 65(4), 1979, with each image at its exact delay (a windowed sinc)
 * instead of the nearest sample. The walls' reflection follows from the reverberation time by Eyring's formula.
 *
 * @param lengthMetres along x
 * @param widthMetres along y
 * @param heightMetres along z
 * @param reverberationSeconds RT60: until the sound has fallen by 60 dB
 */
record ShoeboxRoom(double lengthMetres, double widthMetres, double heightMetres, double reverberationSeconds) {
    private static final double SOUND_METRES_A_SECOND = 343;
    private static final int HALF_SINC_SAMPLES = 24;

    /** A place in metres from a lower corner of the room. */
    record Place(double x, double y, double z) {}

    /** @return the response at 48 kHz, from the moment of the impulse */
    double[] response(Place source, Place microphone) {
        double[] response = new double[(int) (1.1 * reverberationSeconds * Pcm.RATE_HZ)];
        double reachMetres = (double) response.length / Pcm.RATE_HZ * SOUND_METRES_A_SECOND;
        double reflection = reflection();
        int alongX = (int) Math.ceil(reachMetres / (2 * lengthMetres)) + 1;
        int alongY = (int) Math.ceil(reachMetres / (2 * widthMetres)) + 1;
        int alongZ = (int) Math.ceil(reachMetres / (2 * heightMetres)) + 1;
        for (int i = -2 * alongX; i <= 2 * alongX + 1; i++) {
            double x = image(i, source.x(), lengthMetres) - microphone.x();
            for (int j = -2 * alongY; j <= 2 * alongY + 1; j++) {
                double y = image(j, source.y(), widthMetres) - microphone.y();
                for (int k = -2 * alongZ; k <= 2 * alongZ + 1; k++) {
                    double z = image(k, source.z(), heightMetres) - microphone.z();
                    double metres = Math.sqrt(x * x + y * y + z * z);
                    if (metres < reachMetres) {
                        int walls = Math.abs(i) + Math.abs(j) + Math.abs(k);
                        add(response, metres, Math.pow(reflection, walls) / (4 * Math.PI * metres));
                    }
                }
            }
        }
        return response;
    }

    private double reflection() {
        double volume = lengthMetres * widthMetres * heightMetres;
        double surface = 2 * (lengthMetres * widthMetres + lengthMetres * heightMetres + widthMetres * heightMetres);
        double absorption =
                1 - Math.exp(-24 * Math.log(10) / SOUND_METRES_A_SECOND * volume / (surface * reverberationSeconds));
        return Math.sqrt(1 - absorption);
    }

    /** Where the source seems to be behind {@code walls} reflections: mirrored when they are odd. */
    private static double image(int walls, double place, double side) {
        return walls % 2 == 0 ? walls * side + place : (walls + 1) * side - place;
    }

    private static void add(double[] response, double metres, double amplitude) {
        double delay = metres / SOUND_METRES_A_SECOND * Pcm.RATE_HZ;
        int whole = (int) delay;
        double sine = Math.sin(Math.PI * (delay - whole));
        for (int i = whole - HALF_SINC_SAMPLES + 1; i <= whole + HALF_SINC_SAMPLES; i++) {
            if (i < 0 || i >= response.length) {
                continue;
            }
            double t = i - delay;
            // sin(pi (i - delay)) = -(-1)^(i - whole) sin(pi (delay - whole))
            double sinc = Math.abs(t) < 1e-9 ? 1 : ((i - whole) % 2 == 0 ? -sine : sine) / (Math.PI * t);
            response[i] += amplitude * sinc * 0.5 * (1 + Math.cos(Math.PI * t / HALF_SINC_SAMPLES));
        }
    }
}
