package dev.microphone.standalone.live;

import dev.microphone.processor.event.Announcer;
import dev.microphone.processor.event.BusMetrics;
import dev.microphone.processor.event.ControlEvents;
import dev.microphone.schemas.bus.BusReports;
import dev.microphone.schemas.bus.ControlBus;
import dev.microphone.schemas.bus.InMemoryControlBus;
import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.schemas.bus.KafkaControlBus;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.standalone.config.ControlConfig;
import dev.microphone.standalone.control.EventLog;
import dev.microphone.standalone.plugin.FaultMessages;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ServiceHost;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * What happens, from the threads where it does to all who want to know: the control bus, {@code /api/events} and the
 * terminal. The threads with live frames only put an event into a bounded queue.
 */
record ControlPart(ControlEventListener events, EventLog log, ControlBus bus) {
    /** Says from now on that this process's nodes are there; the host ends it. */
    Announcer announcer(ControlConfig config, ServiceHost host) {
        Announcer announcer = new Announcer(
                config.node(),
                bus::announce,
                events,
                config.kafka(),
                SystemNanoClock.INSTANCE,
                new OffsetEpochNanoClock());
        host.start(announcer, new SleepingMillisIdleStrategy(Announcer.IDLE_MS));
        return announcer;
    }

    static ControlPart start(
            ControlConfig config, StreamDirectory names, Metrics metrics, ServiceHost host, Consumer<String> messages) {
        ControlBus bus = host.own(open(config, BusMetrics.reports(metrics, messages, host.errors())));
        EventLog log = new EventLog();
        ControlEvents events = host.own(new ControlEvents(
                config.node(),
                names,
                new OffsetEpochNanoClock(),
                List.of(bus::publish, log, new FaultMessages(messages)),
                metrics,
                host.errors()));
        return new ControlPart(events, log, bus);
    }

    private static ControlBus open(ControlConfig config, BusReports reports) {
        KafkaBusSettings kafka = config.kafka();
        return kafka == null ? new InMemoryControlBus(reports) : new KafkaControlBus(kafka, reports);
    }
}
