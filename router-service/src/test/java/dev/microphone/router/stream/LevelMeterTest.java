package dev.microphone.router.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.router.Frames;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import org.junit.jupiter.api.Test;

class LevelMeterTest {
    private final LevelMeter meter = new LevelMeter();

    private static Frame sine(double amplitude, int flags) {
        Frame frame = Frames.frame(1, 1, 0).flags(flags);
        byte[] bytes = frame.bytes();
        for (int i = 0; i < frame.samplesPerChannel(); i++) {
            int sample = (int) Math.round(amplitude * 32_767 * Math.sin(2 * Math.PI * i / 48));
            int at = frame.pcmOffset() + 4 * i;
            bytes[at] = bytes[at + 2] = (byte) sample;
            bytes[at + 1] = bytes[at + 3] = (byte) (sample >> 8);
        }
        return frame;
    }

    private void feed(Frame frame, int times) {
        for (int i = 0; i < times; i++) {
            meter.onFrame(frame);
        }
    }

    @Test
    void shouldReadTheLevelOfASineOnceTheWindowIsFull() {
        feed(sine(0.5, 0), 100);

        assertEquals(-6.02, LevelMeter.peakDbfs(meter.peak()), 0.01);
        assertEquals(-9.03, LevelMeter.rmsDbfs(meter.meanSquare()), 0.02);
    }

    @Test
    void shouldReadFullScaleWhenEverySampleIsTheLowestThereIs() {
        Frame frame = Frames.frame(1, 1, 0);
        for (int i = 0; i < frame.pcmLength(); i += 2) {
            frame.bytes()[frame.pcmOffset() + i] = 0;
            frame.bytes()[frame.pcmOffset() + i + 1] = (byte) 0x80;
        }
        feed(frame, 1_000);

        assertEquals(0, LevelMeter.peakDbfs(meter.peak()));
        assertEquals(0, LevelMeter.rmsDbfs(meter.meanSquare()), 0.001);
    }

    @Test
    void shouldSeeThePeakWhereverItStandsInTheFrame() {
        for (int position = 0; position < 8; position++) {
            LevelMeter fresh = new LevelMeter();
            Frame frame = sine(0, 0);
            frame.bytes()[frame.pcmOffset() + frame.pcmLength() - 2 * position - 1] = 0x40;
            fresh.onFrame(frame);

            assertEquals(-6.02, LevelMeter.peakDbfs(fresh.peak()), 0.01);
        }
    }

    @Test
    void shouldFallBy20DecibelsIn1700MillisecondsOfSilence() {
        feed(sine(1, 0), 100);
        feed(sine(0, FrameFlags.DIGITAL_SILENCE), 85);

        assertEquals(-20, LevelMeter.peakDbfs(meter.peak()), 0.01);
    }

    @Test
    void shouldReadTheFloorWhenNothingWasHeard() {
        assertEquals(-120, LevelMeter.peakDbfs(meter.peak()));
        assertEquals(-120, LevelMeter.rmsDbfs(meter.meanSquare()));
    }
}
