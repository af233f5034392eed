package dev.microphone.router;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.router.http.HttpAnswer;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamsEndpointTest {
    private final SinkContexts contexts = new SinkContexts();
    private final Routes routes = new Routes(contexts.streams, List.of(), contexts.events::add, contexts.metrics);
    private final StreamsEndpoint endpoint = new StreamsEndpoint(contexts.streams, List.of());

    @Test
    void shouldListWhatIsKnownOfEachStream() {
        long mic = contexts.stream("acme/lab/desk/mic");
        routes.advanceTo(0, 1_040_000_000L);
        for (long sequence : new long[] {0, 1, 1, 4}) {
            Frame frame = Frames.frame(mic, 9, sequence).clockQuality(ClockQuality.PTP);
            Arrays.fill(frame.bytes(), frame.pcmOffset(), frame.pcmOffset() + frame.pcmLength(), (byte) 0);
            routes.onFrame(frame.captureTimeNs(1_000_000_000L));
        }

        HttpAnswer answer = endpoint.get();

        assertEquals(200, answer.status());
        assertEquals(
                "{\"streams\":[{\"name\":\"acme/lab/desk/mic\",\"id\":\"0x" + Long.toHexString(mic)
                        + "\",\"live\":true,\"ended\":false,\"epoch\":9,\"sequence\":4,\"frames\":3,\"frameMillis\":20,"
                        + "\"duplicates\":1,\"late\":0,\"gaps\":1,\"missing\":2,\"peakDbfs\":-120.0,\"rmsDbfs\":-120.0,"
                        + "\"latencyMs\":40.0,\"clock\":\"ptp\",\"listeners\":0,\"listenerDrops\":0}],\"sinks\":[]}",
                answer.body());
    }

    @Test
    void shouldSayThatAStreamHasEnded() {
        routes.onFrame(Frames.frame(5, 1, 0).flags(FrameFlags.END_OF_STREAM));

        String body = endpoint.get().body();

        assertEquals(
                "{\"streams\":[{\"name\":\"0x5\",\"id\":\"0x5\",\"live\":false,\"ended\":true",
                body.substring(0, body.indexOf(",\"epoch\"")));
    }
}
