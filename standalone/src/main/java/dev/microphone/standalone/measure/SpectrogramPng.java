package dev.microphone.standalone.measure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Draws spectrograms one below the other on the same axes, so that what went away is seen at a glance. */
public final class SpectrogramPng {
    private record Panel(String title, Spectrogram spectrogram) {}

    private static final int PLOT_WIDTH = 1_120;
    private static final int PLOT_HEIGHT = 300;
    private static final int LEFT = 92;
    private static final int RIGHT = 132;
    private static final int TOP = 76;
    private static final int BETWEEN = 54;
    private static final int BOTTOM = 64;
    private static final int BAR_GAP = 22;
    private static final int BAR_WIDTH = 20;

    /** Speech and what disturbs it; above is only hiss. */
    private static final double TOP_FREQUENCY_HZ = 12_000;

    private static final double LOUDEST_DB = -20;
    private static final double QUIETEST_DB = -100;

    private static final Color INK = new Color(0x22, 0x26, 0x2e);
    private static final Color FAINT = new Color(0x6b, 0x72, 0x80);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 22);
    private static final Font HEADING = new Font(Font.SANS_SERIF, Font.BOLD, 17);
    private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 15);

    private final String title;
    private final int sampleRateHz;
    private final List<Panel> panels = new ArrayList<>();

    public SpectrogramPng(String title, int sampleRateHz) {
        this.title = title;
        this.sampleRateHz = sampleRateHz;
    }

    /**
     * Adds a picture below the others.
     *
     * @param samples of one channel, full scale ±1.0
     */
    public SpectrogramPng panel(String heading, float[] samples) {
        panels.add(new Panel(heading, Spectrogram.of(samples, sampleRateHz)));
        return this;
    }

    /** @throws IOException when the file cannot be written */
    public void write(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            if (!ImageIO.write(draw(), "png", out)) {
                throw new IllegalStateException("this JDK has no PNG writer");
            }
        }
    }

    private BufferedImage draw() {
        double seconds = panels.stream()
                .mapToDouble(panel -> panel.spectrogram().durationSeconds())
                .max()
                .orElseThrow(() -> new IllegalStateException("no panel was added"));
        int height = TOP + panels.size() * (PLOT_HEIGHT + BETWEEN) - BETWEEN + BOTTOM;
        BufferedImage image = new BufferedImage(LEFT + PLOT_WIDTH + RIGHT, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), height);
        text(graphics, TITLE, INK, title, LEFT, 32);
        int top = TOP;
        for (int i = 0; i < panels.size(); i++) {
            text(graphics, HEADING, INK, panels.get(i).title(), LEFT, top - 12);
            plot(image, panels.get(i).spectrogram(), seconds, top);
            frequencyAxis(graphics, top);
            timeAxis(graphics, seconds, top + PLOT_HEIGHT, i == panels.size() - 1);
            top += PLOT_HEIGHT + BETWEEN;
        }
        levelBar(image, graphics, height - TOP - BOTTOM);
        graphics.dispose();
        return image;
    }

    private static void plot(BufferedImage image, Spectrogram spectrogram, double seconds, int top) {
        for (int x = 0; x < PLOT_WIDTH; x++) {
            double moment = seconds * x / PLOT_WIDTH;
            for (int y = 0; y < PLOT_HEIGHT; y++) {
                double frequencyHz = TOP_FREQUENCY_HZ * (PLOT_HEIGHT - 1 - y) / (PLOT_HEIGHT - 1);
                image.setRGB(LEFT + x, top + y, ColourScale.rgb(share(spectrogram.levelDb(moment, frequencyHz))));
            }
        }
    }

    private static double share(double levelDb) {
        return (levelDb - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB);
    }

    private static void frequencyAxis(Graphics2D graphics, int top) {
        for (int kiloHertz = 0; kiloHertz <= TOP_FREQUENCY_HZ / 1000; kiloHertz += 2) {
            int y = top + (int) Math.round((PLOT_HEIGHT - 1) * (1 - kiloHertz * 1000 / TOP_FREQUENCY_HZ));
            tick(graphics, LEFT - 7, y, LEFT - 1, y);
            rightAligned(graphics, String.valueOf(kiloHertz), LEFT - 13, y + 5);
        }
        upwards(graphics, "frequency (kHz)", 30, top + PLOT_HEIGHT / 2);
    }

    private static void timeAxis(Graphics2D graphics, double seconds, int y, boolean withLabel) {
        double step = niceStep(seconds);
        for (double moment = 0; moment <= seconds; moment += step) {
            int x = LEFT + (int) Math.round(moment / seconds * (PLOT_WIDTH - 1));
            tick(graphics, x, y, x, y + 6);
            if (withLabel) {
                String label = step < 1
                        ? String.format(Locale.ROOT, "%.1f", moment)
                        : String.format(Locale.ROOT, "%.0f", moment);
                centred(graphics, label, x, y + 23);
            }
        }
        if (withLabel) {
            centred(graphics, "time (s)", LEFT + PLOT_WIDTH / 2, y + 50);
        }
    }

    private static void levelBar(BufferedImage image, Graphics2D graphics, int height) {
        int left = LEFT + PLOT_WIDTH + BAR_GAP;
        for (int y = 0; y < height; y++) {
            int rgb = ColourScale.rgb(1 - (double) y / (height - 1));
            for (int x = 0; x < BAR_WIDTH; x++) {
                image.setRGB(left + x, TOP + y, rgb);
            }
        }
        for (double levelDb = QUIETEST_DB; levelDb <= LOUDEST_DB; levelDb += 20) {
            int y = TOP + (int) Math.round((1 - share(levelDb)) * (height - 1));
            tick(graphics, left + BAR_WIDTH, y, left + BAR_WIDTH + 6, y);
            String label = String.format(Locale.ROOT, "%.0f", levelDb).replace('-', '−');
            text(graphics, TEXT, INK, label, left + BAR_WIDTH + 11, y + 5);
        }
        upwards(graphics, "level (dB, 0 = full-scale sine)", left + BAR_WIDTH + 70, TOP + height / 2);
    }

    /** 4 to 10 ticks, at 1, 2 or 5 times a power of ten. */
    private static double niceStep(double seconds) {
        double decade = Math.pow(10, Math.floor(Math.log10(seconds / 4)));
        for (double factor : new double[] {1, 2, 5, 10}) {
            if (seconds / (decade * factor) <= 10) {
                return decade * factor;
            }
        }
        return decade * 10;
    }

    private static void tick(Graphics2D graphics, int fromX, int fromY, int toX, int toY) {
        graphics.setColor(FAINT);
        graphics.setStroke(new BasicStroke(1.2f));
        graphics.drawLine(fromX, fromY, toX, toY);
    }

    private static void text(Graphics2D graphics, Font font, Color colour, String text, int x, int y) {
        graphics.setFont(font);
        graphics.setColor(colour);
        graphics.drawString(text, x, y);
    }

    private static void rightAligned(Graphics2D graphics, String text, int x, int y) {
        text(graphics, TEXT, INK, text, x - graphics.getFontMetrics(TEXT).stringWidth(text), y);
    }

    private static void centred(Graphics2D graphics, String text, int x, int y) {
        text(graphics, TEXT, INK, text, x - graphics.getFontMetrics(TEXT).stringWidth(text) / 2, y);
    }

    private static void upwards(Graphics2D graphics, String text, int x, int centreY) {
        AffineTransform upright = graphics.getTransform();
        graphics.rotate(-Math.PI / 2, x, centreY);
        text(graphics, TEXT, INK, text, x - graphics.getFontMetrics(TEXT).stringWidth(text) / 2, centreY + 5);
        graphics.setTransform(upright);
    }
}
