package dev.microphone.edge.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What ffmpeg and sox write is read as ffmpeg reads it, to the last bit. */
class WavAgainstOtherToolsTest {
    private static final int[] RATES_HZ = {8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000};

    @TempDir
    Path folder;

    static Stream<Arguments> everyEncodingAndChannelCount() {
        return Stream.of(SampleEncoding.values())
                .flatMap(encoding -> Stream.iterate(1, channels -> channels + 1)
                        .limit(PcmFormat.MAX_CHANNELS)
                        .map(channels -> arguments(
                                encoding, channels, RATES_HZ[(channels * 3 + encoding.bits()) / 3 % RATES_HZ.length])));
    }

    @ParameterizedTest
    @MethodSource("everyEncodingAndChannelCount")
    void shouldReadWhatFfmpegWrites(SampleEncoding encoding, int channels, int rateHz) throws SourceException {
        SystemTool ffmpeg = SystemTool.orSkip("ffmpeg");
        Path file = folder.resolve("ffmpeg.wav");
        ffmpeg.run(noise(channels, rateHz, "-c:a", codec(encoding), file.toString()));
        assertReadsAsFfmpegDoes(ffmpeg, file, encoding, channels, rateHz);
    }

    @ParameterizedTest
    @MethodSource("everyEncodingAndChannelCount")
    void shouldReadWhatSoxWrites(SampleEncoding encoding, int channels, int rateHz) throws SourceException {
        SystemTool sox = SystemTool.orSkip("sox");
        SystemTool ffmpeg = SystemTool.orSkip("ffmpeg");
        Path file = folder.resolve("sox.wav");
        String kind = switch (encoding) {
            case U8 -> "unsigned-integer";
            case S16, S24, S32 -> "signed-integer";
            case F32, F64 -> "floating-point";
        };
        sox.run(
                "-R",
                "-n",
                "-r",
                "" + rateHz,
                "-c",
                "" + channels,
                "-e",
                kind,
                "-b",
                "" + encoding.bits(),
                file.toString(),
                "synth",
                "0.05",
                "pinknoise");
        assertReadsAsFfmpegDoes(ffmpeg, file, encoding, channels, rateHz);
    }

    @Test
    void shouldReadWhatFfmpegAndSoxStreamIntoAPipe() throws IOException {
        SystemTool ffmpeg = SystemTool.orSkip("ffmpeg");
        Path file = folder.resolve("piped.wav");
        Files.write(file, ffmpeg.run(noise(2, 44_100, "-c:a", "pcm_s24le", "-f", "wav", "-")));
        assertReadsAsFfmpegDoes(ffmpeg, file, SampleEncoding.S24, 2, 44_100);
        SystemTool sox = SystemTool.orSkip("sox");
        Files.write(
                file, sox.run("-R", "-n", "-r", "16000", "-b", "16", "-t", "wav", "-", "synth", "0.1", "sine", "440"));
        assertReadsAsFfmpegDoes(ffmpeg, file, SampleEncoding.S16, 1, 16_000);
    }

    @Test
    void shouldReadRf64() throws SourceException {
        SystemTool ffmpeg = SystemTool.orSkip("ffmpeg");
        Path file = folder.resolve("long.wav");
        ffmpeg.run(noise(2, 48_000, "-c:a", "pcm_s32le", "-rf64", "always", file.toString()));
        assertReadsAsFfmpegDoes(ffmpeg, file, SampleEncoding.S32, 2, 48_000);
    }

    private static String[] noise(int channels, int rateHz, String... output) {
        return Stream.of(
                        Stream.of("-v", "error", "-y", "-f", "lavfi", "-i"),
                        Stream.of("anoisesrc=r=" + rateHz + ":d=0.05:seed=3:a=0.9", "-ac", "" + channels),
                        Stream.of(output))
                .flatMap(part -> part)
                .toArray(String[]::new);
    }

    private static String codec(SampleEncoding encoding) {
        return switch (encoding) {
            case U8 -> "pcm_u8";
            case S16 -> "pcm_s16le";
            case S24 -> "pcm_s24le";
            case S32 -> "pcm_s32le";
            case F32 -> "pcm_f32le";
            case F64 -> "pcm_f64le";
        };
    }

    private static void assertReadsAsFfmpegDoes(
            SystemTool ffmpeg, Path file, SampleEncoding encoding, int channels, int rateHz) throws SourceException {
        byte[] reference = ffmpeg.run("-v", "error", "-i", file.toString(), "-c:a", "pcm_f64le", "-f", "f64le", "-");
        try (WavSource source = WavSource.open(file)) {
            assertEquals(encoding, source.format().encoding());
            assertEquals(channels, source.format().channels());
            assertEquals(rateHz, source.format().sampleRateHz());
            assertArrayEquals(
                    Pcm.decode(reference, SampleEncoding.F64), Pcm.decode(Pcm.readAll(source, 4_096), encoding));
            assertEquals(List.of(), source.warnings());
        }
    }
}
