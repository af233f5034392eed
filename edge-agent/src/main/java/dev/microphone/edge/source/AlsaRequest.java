package dev.microphone.edge.source;

import org.jspecify.annotations.Nullable;

/**
 * What the user wants of a device.
 *
 * @param rateHz exactly this, or {@link #ANY}: 48 kHz or the nearest on offer
 * @param channels exactly this, or {@link #ANY}: two or the nearest on offer
 * @param format exactly this, or null: what has most bits
 */
record AlsaRequest(
        String device, int rateHz, int channels, @Nullable AlsaFormat format, int periodMillis, int bufferMillis) {
    static final int ANY = 0;

    String uri() {
        return "alsa:" + device;
    }
}
