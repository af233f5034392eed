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
    void shouldReadTheSameWhenOnlyOneOfTwoEqualChannelsIsLookedAt() {
        feed(sine(0.5, FrameFlags.DUAL_MONO), 100);

        assertEquals(-6.02, LevelMeter.peakDbfs(meter.peak()), 0.01);
        assertEquals(-9.03, LevelMeter.rmsDbfs(meter.meanSquare()), 0.02);
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
