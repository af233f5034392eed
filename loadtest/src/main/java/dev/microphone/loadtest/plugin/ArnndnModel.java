package dev.microphone.loadtest.plugin;

import dev.microphone.plugins.OfficialPlugins;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RNNoise's weights as a model file of ffmpeg's arnndn filter: read from the C source that the plugin is built from, so
 * that both compute with the same network.
 *
 * @see <a href="https://github.com/FFmpeg/FFmpeg/blob/master/libavfilter/af_arnndn.c">af_arnndn.c, the reader</a>
 */
public final class ArnndnModel {
    private static final String SOURCE = "c/upstream/rnnoise/src/rnn_data.c";
    private static final String HEADER = "rnnoise-nu model file version 1\n";
    /** In the order of the file. */
    private static final List<String> LAYERS =
            List.of("input_dense", "vad_gru", "noise_gru", "denoise_gru", "denoise_output", "vad_output");

    private static final List<String> ACTIVATIONS = List.of("TANH", "SIGMOID", "RELU");
    private static final Pattern SHAPE = Pattern.compile("(\\d+),\\s*(\\d+),\\s*ACTIVATION_(\\w+)");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+");

    private ArnndnModel() {}

    /** @throws IOException when the plugin was not built here, or the file cannot be written */
    public static void write(Path file) throws IOException {
        try (InputStream in = OfficialPlugins.class.getResourceAsStream(SOURCE)) {
            if (in == null) {
                throw new FileNotFoundException("no source of RNNoise's weights in this build");
            }
            Files.writeString(file, of(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    static String of(String source) {
        StringBuilder model = new StringBuilder(HEADER);
        for (String layer : LAYERS) {
            boolean recurrent = layer.endsWith("_gru");
            Matcher shape = SHAPE.matcher(initializer(source, layer));
            if (!shape.find()) {
                throw new IllegalArgumentException("layer " + layer + " has no shape");
            }
            int inputs = Integer.parseInt(shape.group(1));
            int neurons = Integer.parseInt(shape.group(2));
            int columns = recurrent ? 3 * neurons : neurons;
            model.append(inputs + " " + neurons + " " + ACTIVATIONS.indexOf(shape.group(3)) + "\n");
            model.append(numbers(source, layer + "_weights", inputs * columns));
            if (recurrent) {
                model.append(numbers(source, layer + "_recurrent_weights", neurons * columns));
            }
            model.append(numbers(source, layer + "_bias", columns));
        }
        return model.toString();
    }

    private static String numbers(String source, String array, int expected) {
        List<String> found = new ArrayList<>();
        Matcher matcher = NUMBER.matcher(initializer(source, array));
        while (matcher.find()) {
            found.add(matcher.group());
        }
        if (found.size() != expected) {
            throw new IllegalArgumentException(array + " has " + found.size() + " weights: expected " + expected);
        }
        return String.join(" ", found) + "\n";
    }

    /** What stands between the braces of {@code NAME = { … }} or {@code NAME[N] = { … }}. */
    private static String initializer(String source, String name) {
        Matcher matcher = Pattern.compile("\\b" + name + "(\\[\\d+])?\\s*=\\s*\\{([^}]*)}")
                .matcher(source);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no " + name + " among the weights");
        }
        return matcher.group(2);
    }
}
