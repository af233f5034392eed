package dev.microphone.loadtest.cluster;

import dev.microphone.schemas.bus.BusReports;
import dev.microphone.schemas.bus.ControlBus;
import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.schemas.bus.KafkaControlBus;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.transport.link.KeyGroups;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Hears over the bus when a part of the streams began to be processed somewhere, by the word of who does it. */
final class Announcements implements AutoCloseable {
    private final ControlBus bus;
    /** By first key group, when the newest owner said that it is there; ns since the Unix epoch. */
    private final Map<Integer, Heard> newest = new ConcurrentHashMap<>();

    private record Heard(ShardAnnounced shard, long timeNs) {}

    Announcements(KafkaBusSettings kafka) throws Exception {
        bus = new KafkaControlBus(kafka, new BusReports((what, number) -> {}, System.err::println, error -> {
            throw new AssertionError(error);
        }));
        bus.subscribe(ControlBus.Since.NOW, this::onMessage).started().get(30, TimeUnit.SECONDS);
    }

    private void onMessage(ControlMessage message) {
        if (message.event() instanceof ShardAnnounced shard && shard.state().equals(ShardAnnounced.UP)) {
            newest.merge(
                    shard.firstKeyGroup(),
                    new Heard(shard, message.timeNs()),
                    (one, other) -> one.timeNs > other.timeNs ? one : other);
        }
    }

    /** When the newest owner of a stream said that it is there; ns since the Unix epoch. */
    long newestOwnerNs(long streamId) {
        int keyGroup = KeyGroups.of(streamId);
        return newest.values().stream()
                .filter(heard -> heard.shard.firstKeyGroup() <= keyGroup && keyGroup <= heard.shard.lastKeyGroup())
                .mapToLong(Heard::timeNs)
                .max()
                .orElseThrow(() -> new AssertionError("nobody has said that key group " + keyGroup + " is there"));
    }

    @Override
    public void close() {
        bus.close();
    }
}
