package dev.microphone.standalone.demo;

import com.sun.speech.freetts.Voice;
import com.sun.speech.freetts.audio.AudioPlayer;
import com.sun.speech.freetts.en.us.cmu_us_kal.KevinVoiceDirectory;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import javax.sound.sampled.AudioFormat;
import org.jspecify.annotations.Nullable;

/**
 * Speaks English text with FreeTTS' 16 kHz voice: the same samples every time, on every machine, with no sound card.
 *
 * @see <a href="https://freetts.sourceforge.io/">FreeTTS</a>
 */
final class SpokenVoice {
    static final int SAMPLE_RATE_HZ = 16_000;

    private static final String VOICE = "kevin16";

    private SpokenVoice() {}

    /** @return 16-bit little-endian mono at {@link #SAMPLE_RATE_HZ} */
    static byte[] say(String text) {
        Voice voice = Arrays.stream(new KevinVoiceDirectory().getVoices())
                .filter(candidate -> candidate.getName().equals(VOICE))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("FreeTTS has no voice " + VOICE));
        Memory memory = new Memory();
        voice.setAudioPlayer(memory);
        voice.allocate();
        try {
            if (!voice.speak(text)) {
                throw new IllegalStateException("FreeTTS could not speak: " + text);
            }
        } finally {
            voice.deallocate();
        }
        return memory.littleEndian();
    }

    /** Keeps what a player would play. */
    private static final class Memory implements AudioPlayer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private @Nullable AudioFormat format;
        private float volume = 1;

        byte[] littleEndian() {
            AudioFormat spoken = format;
            if (spoken == null || spoken.getSampleSizeInBits() != 16 || spoken.getSampleRate() != SAMPLE_RATE_HZ) {
                throw new IllegalStateException(
                        "FreeTTS spoke in " + spoken + ": expected 16 bits at " + SAMPLE_RATE_HZ + " Hz");
            }
            byte[] samples = bytes.toByteArray();
            if (spoken.isBigEndian()) {
                for (int i = 0; i < samples.length; i += 2) {
                    byte high = samples[i];
                    samples[i] = samples[i + 1];
                    samples[i + 1] = high;
                }
            }
            return samples;
        }

        @Override
        public void setAudioFormat(AudioFormat newFormat) {
            format = newFormat;
        }

        @Override
        public @Nullable AudioFormat getAudioFormat() {
            return format;
        }

        @Override
        public boolean write(byte[] audio) {
            return write(audio, 0, audio.length);
        }

        @Override
        public boolean write(byte[] audio, int offset, int length) {
            bytes.write(audio, offset, length);
            return true;
        }

        @Override
        public float getVolume() {
            return volume;
        }

        @Override
        public void setVolume(float newVolume) {
            volume = newVolume;
        }

        @Override
        public boolean drain() {
            return true;
        }

        @Override
        public boolean end() {
            return true;
        }

        @Override
        public long getTime() {
            return 0;
        }

        @Override
        public void begin(int lengthBytes) {
            // Memory is always ready; the same holds for all calls below.
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void reset() {}

        @Override
        public void cancel() {}

        @Override
        public void close() {}

        @Override
        public void resetTime() {}

        @Override
        public void startFirstSampleTimer() {}

        @Override
        public void showMetrics() {}
    }
}
