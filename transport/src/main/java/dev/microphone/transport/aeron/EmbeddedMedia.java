package dev.microphone.transport.aeron;

import dev.microphone.transport.service.DataPathIdleStrategy;
import dev.microphone.transport.service.RestingIdleStrategy;
import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.UnicastFlowControl;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/** One media driver and one Aeron client, inside this process, under one folder, in memory where the system has one,
 * that is gone at close. */
public final class EmbeddedMedia implements AutoCloseable {
    /** Where Aeron frames travel when both ends are on this machine; the port is the system's choice. */
    public static final String LOOPBACK_CHANNEL = "aeron:udp?endpoint=127.0.0.1:0|term-length=256k|mtu=8k";

    /** 3,888 bytes must fit one datagram on loopback and LAN: fragments double the latency (483 against 263 µs). */
    private static final int MTU_LENGTH = 8 * 1024;
    /** Larger terms fall out of the cache when there are hundreds of sessions; 128 KiB hold 33 frames. */
    private static final int TERM_LENGTH = 128 * 1024;

    /** Of a publication's channel: its receiver must not change unnoticed ({@link FramePublisher#followReceiver}). */
    public static final String ONE_RECEIVER = "alias=" + OneReceiverFlowControl.ALIAS;

    private static final int SOCKET_BUFFER_LENGTH = 2 * 1024 * 1024;
    static final int WINDOW_LENGTH = 128 * 1024;

    /**
     * Driver and client live and die together here, so that one of them is silent only says that the process was held
     * up (a paused machine, swapping): with Aeron's 10 s the client would close for good.
     */
    private static final long STALL_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(10);

    /**
     * A receiver says something every 200 ms: not heard for three times, and a sender takes it to be gone. Aeron's 5 s
     * would be what a listener hears of a killed processor; who is wrong asks once more for the way.
     */
    private static final long SILENCE_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(700);

    private static final String THREAD = "media";
    private static final String AGENTS_THREAD = "media-agents";

    /** What comes in another order is not asked for again; against a frame of 20 ms it is nothing. */
    private static final long NAK_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /**
     * Longer than most round trips. With Aeron's tenth of a millisecond a node that was held up and lost datagrams asks
     * hundreds of agents ten thousand times a second each, and comes to nothing else.
     */
    private static final long NAK_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** In the order of closing. */
    private final List<AutoCloseable> opened;

    private final Aeron aeron;

    private EmbeddedMedia(List<AutoCloseable> opened, Aeron aeron) {
        this.opened = opened;
        this.aeron = aeron;
    }

    /** @param errors is told what goes wrong in the driver's and the client's own threads */
    public static EmbeddedMedia launch(ErrorHandler errors) {
        return launch(driverContext(), errors);
    }

    /**
     * As {@link #launch(ErrorHandler)}, for hundreds of agents: reads more than one datagram of each socket in a round, and
     * what the agents say about the answers to them in each.
     *
     * @param errors is told what goes wrong in the driver's and the client's own threads
     */
    public static EmbeddedMedia launchForAgents(ErrorHandler errors) {
        return launchForAgents(context -> {}, errors);
    }

    /**
     * As {@link #launchForAgents(ErrorHandler)}, with a driver that differs from that one.
     *
     * @param change is given that driver's settings
     */
    public static EmbeddedMedia launchForAgents(Consumer<MediaDriver.Context> change, ErrorHandler errors) {
        MediaDriver.Context context = forAgents(driverContext());
        change.accept(context);
        return launch(context, AGENTS_THREAD, errors);
    }

    /**
     * As {@link #launch(ErrorHandler)}, with a driver that differs from the usual one.
     *
     * @param change is given the usual driver's settings
     */
    public static EmbeddedMedia launch(Consumer<MediaDriver.Context> change, ErrorHandler errors) {
        MediaDriver.Context context = driverContext();
        change.accept(context);
        return launch(context, errors);
    }

    static EmbeddedMedia launch(MediaDriver.Context context, ErrorHandler errors) {
        return launch(context, THREAD, errors);
    }

    private static EmbeddedMedia launch(MediaDriver.Context context, String thread, ErrorHandler errors) {
        BusyTime busyTime = BusyTime.isOn() ? BusyTime.unnamed(context.sharedIdleStrategy()) : null;
        if (busyTime != null) {
            context.sharedIdleStrategy(busyTime);
        }
        context.errorHandler(errors).sharedThreadFactory(agent -> new Thread(() -> runAs(thread, agent)));
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            MediaFolder folder = MediaFolder.create();
            opened.add(0, folder);
            MediaDriver driver =
                    MediaDriver.launch(context.aeronDirectoryName(folder.path().toString()));
            opened.add(0, driver);
            Aeron aeron = Aeron.connect(new Aeron.Context()
                    .aeronDirectoryName(driver.aeronDirectoryName())
                    .epochClock(context.epochClock())
                    .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(STALL_TIMEOUT_NS))
                    .idleStrategy(new SleepingMillisIdleStrategy(4))
                    .errorHandler(errors));
            opened.add(0, aeron);
            if (busyTime != null) {
                busyTime.count(aeron, thread);
            }
            return new EmbeddedMedia(opened, aeron);
        } catch (RuntimeException e) {
            CloseHelper.quietCloseAll(opened);
            throw e;
        }
    }

    /** Aeron calls all its threads the same, longer than a system shows: which one is busy would not be seen. */
    private static void runAs(String thread, Runnable agent) {
        Thread.currentThread().setName(thread);
        agent.run();
    }

    static MediaDriver.Context forAgents(MediaDriver.Context context) {
        // Sender and receiver are one thread.
        DatagramBuffer datagram = DatagramBuffer.allocate();
        return context.statusMessageTimeoutNs(AnswerIntervals.SHORT_NS)
                .congestControlSupplier(new AnswerIntervals())
                .sendToStatusMessagePollRatio(1)
                // Otherwise each publication and subscription waits for a turn of a thread for host names, one after
                // the
                // other; here Aeron is given addresses only (NodePort, HostLookup).
                .asyncExecutorEnabled(false)
                .sharedIdleStrategy(new RestingIdleStrategy(context.sharedIdleStrategy(), Integer.MAX_VALUE))
                .receiveChannelEndpointSupplier((channel, dispatcher, status, driver) ->
                        new DrainingReceiveEndpoint(channel, dispatcher, status, driver, datagram))
                .sendChannelEndpointSupplier(
                        (channel, status, driver) -> new DrainingSendEndpoint(channel, status, driver, datagram));
    }

    static MediaDriver.Context driverContext() {
        return new MediaDriver.Context()
                .epochClock(new SteadyEpochClock(System.currentTimeMillis(), SystemNanoClock.INSTANCE))
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new DataPathIdleStrategy())
                .mtuLength(MTU_LENGTH)
                .publicationTermBufferLength(TERM_LENGTH)
                .ipcTermBufferLength(TERM_LENGTH)
                .termBufferSparseFile(true)
                .clientLivenessTimeoutNs(STALL_TIMEOUT_NS)
                .publicationUnblockTimeoutNs(2 * STALL_TIMEOUT_NS)
                .initialWindowLength(WINDOW_LENGTH)
                .unicastFlowControlSupplier((channel, streamId, registrationId) ->
                        OneReceiverFlowControl.isFor(channel) ? new OneReceiverFlowControl() : new UnicastFlowControl())
                .socketRcvbufLength(SOCKET_BUFFER_LENGTH)
                .socketSndbufLength(SOCKET_BUFFER_LENGTH)
                .nakUnicastDelayNs(NAK_DELAY_NS)
                .nakUnicastRetryDelayRatio(NAK_RETRY_NS / NAK_DELAY_NS)
                .imageLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(2))
                .publicationConnectionTimeoutNs(SILENCE_TIMEOUT_NS);
    }

    /** Whether Aeron has given up, after a fault of its own: nothing comes or goes here any more. */
    public boolean isClosed() {
        return aeron.isClosed();
    }

    public Aeron aeron() {
        return aeron;
    }

    @Override
    public void close() {
        CloseHelper.closeAll(opened);
    }
}
