package dev.microphone.router.stream;

import dev.microphone.transport.frame.ClockQuality;
import java.util.OptionalDouble;

/**
 * What is known about one stream at one moment.
 *
 * @param id the stream's id in hexadecimal (64 bits do not fit a number in JavaScript)
 * @param sequence of the newest frame
 * @param frames delivered in this process's life
 * @param duplicates dropped because they were delivered before
 * @param late dropped because newer ones were delivered before
 * @param gaps how many times frames were missing
 * @param missing how many frames were missing
 * @param peakDbfs falling peak, 0 at full scale, at least -120
 * @param rmsDbfs over about 300 ms, at least -120
 * @param latencyMs from capture to router, smoothed; empty when the capture time is a position in a file
 * @param isLive whether a frame came within the last two seconds and the stream has not ended
 * @param listeners connected over WebSocket
 * @param listenerDrops frames that listeners missed because they read too slowly
 */
public record StreamStatus(
        String name,
        String id,
        long epoch,
        long sequence,
        long frames,
        long duplicates,
        long late,
        long gaps,
        long missing,
        double peakDbfs,
        double rmsDbfs,
        OptionalDouble latencyMs,
        int frameMillis,
        ClockQuality clockQuality,
        boolean isLive,
        boolean hasEnded,
        int listeners,
        long listenerDrops) {}
