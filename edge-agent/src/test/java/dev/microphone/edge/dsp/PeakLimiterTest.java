package dev.microphone.edge.dsp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeakLimiterTest {
    private static final int RATE_HZ = 48_000;

    enum Loud {
        NOISE {
            @Override
            float[] signal() {
                return Signals.noise(3 * RATE_HZ, 0, 1);
            }
        },
        SPEECH {
            @Override
            float[] signal() {
                return Signals.sentences(3, -3, -40, 2);
            }
        },
        IMPULSES {
            @Override
            float[] signal() {
                float[] x = Signals.noise(3 * RATE_HZ, -30, 3);
                Random random = new Random(4);
                for (int i = 0; i < 60; i++) {
                    int at = random.nextInt(x.length - 2);
                    x[at] = 4 * random.nextFloat() - 2;
                    x[at + 1] = 4 * random.nextFloat() - 2;
                }
                return x;
            }
        },
        /** Samples 3 dB under the waveform's peaks: a quarter of the rate, 45 degrees off. */
        BETWEEN_SAMPLES {
            @Override
            float[] signal() {
                float[] x = new float[3 * RATE_HZ];
                for (int i = 0; i < x.length; i++) {
                    x[i] = (float) (0.9 * Math.sin(Math.PI / 2 * i + Math.PI / 4));
                }
                return x;
            }
        },
        NEAR_NYQUIST {
            @Override
            float[] signal() {
                return Signals.sine(23_100, RATE_HZ, 3 * RATE_HZ, 0.99);
            }
        },
        SWEEP {
            @Override
            float[] signal() {
                float[] x = new float[3 * RATE_HZ];
                for (int i = 0; i < x.length; i++) {
                    double t = i / (double) RATE_HZ;
                    x[i] = (float) (1.2 * Math.sin(2 * Math.PI * (20 * t + 3_500 * t * t)));
                }
                return x;
            }
        },
        SQUARE {
            @Override
            float[] signal() {
                float[] x = new float[3 * RATE_HZ];
                for (int i = 0; i < x.length; i++) {
                    x[i] = i / 37 % 2 == 0 ? 1 : -1;
                }
                return x;
            }
        },
        SUDDEN {
            @Override
            float[] signal() {
                float[] x = Signals.sine(1_000, RATE_HZ, 3 * RATE_HZ, 0.01);
                for (int i = RATE_HZ; i < x.length; i++) {
                    x[i] *= 1_000;
                }
                return x;
            }
        };

        abstract float[] signal();
    }

    private static float[] limit(float[] x) {
        float[][] planes = {Arrays.copyOf(x, x.length + PeakLimiter.DELAY_SAMPLES)};
        new PeakLimiter(1, 480).process(planes, planes[0].length);
        return planes[0];
    }

    /** Without the edges of a cut-out piece, at which a meter's own filter rings. */
    private static float[] faded(float[] x) {
        for (int i = 0; i < 480; i++) {
            x[i] *= i / 480f;
            x[x.length - 1 - i] *= i / 480f;
        }
        return x;
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepTheTruePeakThatFfmpegMeasuresAtOrUnderMinus3Dbfs(Loud loud, @TempDir Path folder) throws Exception {
        ExternalTool ffmpeg = ExternalTool.require("ffmpeg", "ffmpeg", folder);
        byte[] limited = Signals.f32(limit(loud.signal()));
        String meter = ffmpeg.run(
                        limited,
                        "-hide_banner",
                        "-nostats",
                        "-f",
                        "f32le",
                        "-ar",
                        "48000",
                        "-ac",
                        "1",
                        "-i",
                        "-",
                        "-filter_complex",
                        "ebur128=peak=true",
                        "-f",
                        "null",
                        "-")
                .messages();
        double ebuPeak = last(meter, "Peak:\\s+(-?[0-9.]+) dBFS");
        assertTrue(ebuPeak <= -3.0, () -> loud + " by ebur128: " + ebuPeak + " dBFS");
    }

    /** Stricter than the meter: 16 times oversampled, two decimals. For what has nothing over 20 kHz, as all that was resampled. */
    @ParameterizedTest
    @EnumSource(
            names = {"NEAR_NYQUIST", "NOISE"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldKeepEveryPointBetweenSamplesAtOrUnderMinus3Dbfs(Loud loud, @TempDir Path folder) throws Exception {
        double peak = peakBySox(ExternalTool.require("sox", "sox", folder), limit(faded(loud.signal())));
        assertTrue(peak <= -3.0, () -> loud + ": " + peak + " dBFS");
        assertTrue(peak >= -3.6, () -> loud + " limited too much: " + peak + " dBFS");
    }

    @Test
    void shouldKeepEveryPointOfResampledNoiseAtOrUnderMinus3Dbfs(@TempDir Path folder) throws Exception {
        float[] noise = ResamplerTest.resample(Signals.noise(3 * 44_100, 0, 1), 44_100);
        double peak = peakBySox(ExternalTool.require("sox", "sox", folder), limit(faded(noise)));
        assertTrue(peak <= -3.0, () -> peak + " dBFS");
    }

    private static double peakBySox(ExternalTool sox, float[] x) throws Exception {
        String statistics = sox.run(
                        Signals.f32(x),
                        "-t",
                        "f32",
                        "-r",
                        "48000",
                        "-c",
                        "1",
                        "-",
                        "-n",
                        "gain",
                        "-6",
                        "rate",
                        "-v",
                        "-s",
                        "768000",
                        "stats")
                .messages();
        return last(statistics, "Pk lev dB\\s+(-?[0-9.]+)") + 6;
    }

    private static double last(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        double value = Double.NaN;
        while (matcher.find()) {
            value = Double.parseDouble(matcher.group(1));
        }
        return value;
    }

    @Test
    void shouldOnlyDelayWhatIsQuietEnough() {
        float[] x = Signals.noise(RATE_HZ, -24, 1);
        float[] y = limit(x);
        assertArrayEquals(new float[PeakLimiter.DELAY_SAMPLES], Arrays.copyOf(y, PeakLimiter.DELAY_SAMPLES));
        assertArrayEquals(x, Arrays.copyOfRange(y, PeakLimiter.DELAY_SAMPLES, y.length));
    }

    @Test
    void shouldComeBackToFullGainAfterAPeak() {
        float[] x = Signals.sine(1_000, RATE_HZ, 2 * RATE_HZ, 0.1);
        x[100] = 2f;
        float[] y = limit(x);
        SineFit fit = SineFit.of(y, RATE_HZ, 2 * RATE_HZ, 1_000, RATE_HZ);
        assertEquals(-20, fit.amplitudeDb(), 0.001);
    }

    @Test
    void shouldTurnBothChannelsDownAlike() {
        float[] loud = Signals.sine(200, RATE_HZ, RATE_HZ, 1.5);
        float[] quiet = Signals.sine(200, RATE_HZ, RATE_HZ, 0.15);
        float[][] planes = {loud, quiet};
        new PeakLimiter(2, 480).process(planes, RATE_HZ);
        for (int i = 0; i < RATE_HZ; i++) {
            assertEquals(loud[i], 10 * quiet[i], 1e-5);
        }
    }

    @Test
    void shouldFindTheMinimumThatABruteForceSearchFinds() {
        Random random = new Random(1);
        SlidingMinimum minimum = new SlidingMinimum(145);
        float[] x = new float[20_000];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(5) == 0 ? random.nextFloat() : 1;
            float expected = 1;
            for (int back = Math.max(0, i - 144); back <= i; back++) {
                expected = Math.min(expected, x[back]);
            }
            assertEquals(expected, minimum.add(x[i]));
        }
    }
}
