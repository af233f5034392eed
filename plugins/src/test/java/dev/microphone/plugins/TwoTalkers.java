package dev.microphone.plugins;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.plugins.ShoeboxRoom.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Two recorded talkers in a room, equally loud at the two microphones, which stand on a table in its middle.
 *
 * @param images what each talker alone is at each microphone: {@code images[talker][microphone]}, in steps of 16 bits
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TwoTalkers(double[][][] images) {
    private static final Path SOUNDS = Path.of("/usr/share/asterisk/sounds");
    private static final String MAN = "it_IT_m_Carlo";
    private static final String WOMAN = "ru_RU_f_IvrvoiceRU";
    private static final int SAMPLES = 16 * Pcm.RATE_HZ;
    private static final int G722_BYTES_A_SECOND = 8000;
    private static final double LEVEL_RMS = 2500;

    /**
     * Where the talkers are, seen from between the microphones.
     *
     * @param degrees from the line through the microphones
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Scene(double spacingMetres, double[] degrees, double[] metres) {}

    /** Directions at least 50 degrees apart, distances as at a table, as in a meeting or an interview. */
    static List<Scene> scenes() {
        return List.of(
                new Scene(0.15, new double[] {45, 125}, new double[] {0.6, 0.7}),
                new Scene(0.20, new double[] {30, 100}, new double[] {0.5, 0.8}),
                new Scene(0.10, new double[] {60, 140}, new double[] {0.7, 0.6}),
                new Scene(0.15, new double[] {150, 80}, new double[] {0.8, 0.5}));
    }

    static TwoTalkers in(double reverberationSeconds, Scene scene, int excerpt) throws IOException {
        ShoeboxRoom room = new ShoeboxRoom(6.1, 4.7, 2.8, reverberationSeconds);
        double[][] voices = {voice(MAN, excerpt), voice(WOMAN, excerpt)};
        double[][][] images = new double[2][2][];
        for (int talker = 0; talker < 2; talker++) {
            for (int microphone = 0; microphone < 2; microphone++) {
                double side = (microphone - 0.5) * scene.spacingMetres();
                double angle = Math.toRadians(scene.degrees()[talker]);
                double metres = scene.metres()[talker];
                Place source =
                        new Place(3.2 - metres * Math.cos(angle), 2.2 + metres * Math.sin(angle), 1.2 + 0.2 * talker);
                double[] response = room.response(source, new Place(3.2 + side, 2.2, 1.1));
                images[talker][microphone] = Spectra.convolve(voices[talker], response, SAMPLES);
            }
            double factor = LEVEL_RMS / rms(images[talker][0]);
            for (double[] image : images[talker]) {
                Arrays.setAll(image, i -> factor * image[i]);
            }
        }
        return new TwoTalkers(images);
    }

    byte[] mixture() {
        return Pcm.stereo(SAMPLES, i -> images[0][0][i] + images[1][0][i], i -> images[0][1][i] + images[1][1][i]);
    }

    private static double rms(double[] samples) {
        return Math.sqrt(Arrays.stream(samples).map(x -> x * x).average().orElseThrow());
    }

    /** Prompts of 2 to 6 s, one after the other, decoded to 48 kHz. */
    private static double[] voice(String name, int excerpt) throws IOException {
        Path folder = SOUNDS.resolve(name);
        assumeTrue(
                Files.isDirectory(folder),
                "needs recorded talkers (Debian packages asterisk-core-sounds-it-g722, asterisk-core-sounds-ru-g722)");
        List<Path> prompts;
        try (var files = Files.list(folder)) {
            prompts = files.filter(file -> file.toString().endsWith(".g722"))
                    .filter(file -> within(file, 2 * G722_BYTES_A_SECOND, 6 * G722_BYTES_A_SECOND))
                    .sorted()
                    .skip(10L * excerpt)
                    .limit(10)
                    .toList();
        }
        String joined = prompts.stream().map(Path::toString).collect(Collectors.joining("|", "concat:", ""));
        Process ffmpeg;
        try {
            ffmpeg = new ProcessBuilder(
                            "ffmpeg", "-v", "error", "-f", "g722", "-i", joined, "-f", "s16le", "-ac", "1", "-ar",
                            "48000", "-")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "needs ffmpeg (Debian package ffmpeg)");
            throw e;
        }
        byte[] pcm = ffmpeg.getInputStream().readAllBytes();
        if (pcm.length < 2 * SAMPLES) {
            throw new IOException("ffmpeg decoded " + pcm.length / 2 + " samples of " + joined);
        }
        ByteBuffer samples = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
        double[] voice = new double[SAMPLES];
        Arrays.setAll(voice, i -> samples.getShort(2 * i));
        return voice;
    }

    private static boolean within(Path file, long leastBytes, long mostBytes) {
        long bytes = file.toFile().length();
        return bytes >= leastBytes && bytes <= mostBytes;
    }
}
