package dev.microphone.schemas.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.kafka.KafkaBroker;
import dev.microphone.schemas.avro.EventCodec;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.PluginResumed;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client of Kafka that fails for good: another one goes on where it was. */
@Timeout(60)
class KafkaSenderTest {
    private final KafkaBusSettings settings = KafkaTests.settings(KafkaBroker.shared(), "sender.");
    private final Counts counts = new Counts();
    private final MockProducer<String, byte[]> failing =
            new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());

    /** The first of its producers takes records, and acknowledges and fails as the test says. */
    private final class FirstFails extends KafkaClients {
        private boolean made;

        FirstFails() {
            super(settings);
        }

        @Override
        Producer<String, byte[]> producer() {
            if (made) {
                return super.producer();
            }
            made = true;
            return failing;
        }
    }

    private static byte[] bytes(long number) {
        return new EventCodec().encode(new ControlMessage(number, "test", new PluginResumed("p", (int) number)));
    }

    @Test
    void shouldSendAllThatIsNotAcknowledgedWithAnotherClientInTheSameOrder() throws Exception {
        try (KafkaSender sender = new KafkaSender(settings, new FirstFails(), counts.reports()).start();
                ControlBus reader = new KafkaControlBus(settings, new Counts().reports())) {
            Heard heard = new Heard();
            reader.subscribe(ControlBus.Since.NOW, heard).started().get(20, SECONDS);
            for (long number = 0; number < 20; number++) {
                sender.sendEvent("key", bytes(number));
            }
            while (failing.history().size() < 20) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 5; i++) {
                assertTrue(failing.completeNext());
            }
            assertTrue(failing.errorNext(new ProducerFencedException("another one has this id")));

            List<ControlMessage> messages = heard.next(15);

            assertEquals(
                    LongStream.range(5, 20).boxed().toList(),
                    messages.stream().map(ControlMessage::timeNs).toList());
            assertTrue(failing.closed());
        }
        assertEquals(15, counts.of(BusCount.SENT_AGAIN));
        assertEquals(20, counts.of(BusCount.SENT));
        assertEquals(List.of(), counts.errors);
    }
}
