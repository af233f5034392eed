package dev.microphone.transport.aeron;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import io.aeron.AeronCounters;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Seals frames and sends them on one Aeron publication; a process has one, however many streams it carries.
 *
 * <p>Owned by the thread that calls {@link #onFrame}; {@link #close} comes after that thread has ended. Allocates
 * nothing per frame.
 */
public final class FramePublisher implements FrameHandler, AutoCloseable {
    private final Aeron aeron;
    private final String channel;
    private final int aeronStreamId;
    private final BufferClaim claim = new BufferClaim();
    private final AtomicCounter published;
    private final AtomicCounter backPressured;
    private final AtomicCounter notConnected;
    private final long receiverWindowLength;
    private ExclusivePublication publication;
    private int senderLimitCounterId;
    private int changedCounterId;

    /**
     * Opens a publication, and waits for it.
     *
     * @param stage the label of this publisher's counters
     */
    public FramePublisher(Aeron aeron, String channel, int aeronStreamId, Metrics metrics, String stage) {
        this(aeron, channel, aeronStreamId, EmbeddedMedia.WINDOW_LENGTH, metrics, stage);
    }

    /**
     * Of a publication that somebody has opened, and hands over.
     *
     * @param stage the label of this publisher's counters
     */
    public FramePublisher(
            Aeron aeron,
            String channel,
            int aeronStreamId,
            ExclusivePublication opened,
            Metrics metrics,
            String stage) {
        this(aeron, channel, aeronStreamId, EmbeddedMedia.WINDOW_LENGTH, opened, metrics, stage);
    }

    /**
     * Opens a publication, and waits for it.
     *
     * @param receiverWindowLength what the receivers of this channel take at most before they say so, bytes
     * @param stage the label of this publisher's counters
     */
    public FramePublisher(
            Aeron aeron, String channel, int aeronStreamId, int receiverWindowLength, Metrics metrics, String stage) {
        this(
                aeron,
                channel,
                aeronStreamId,
                receiverWindowLength,
                aeron.addExclusivePublication(channel, aeronStreamId),
                metrics,
                stage);
    }

    private FramePublisher(
            Aeron aeron,
            String channel,
            int aeronStreamId,
            int receiverWindowLength,
            ExclusivePublication opened,
            Metrics metrics,
            String stage) {
        this.receiverWindowLength = receiverWindowLength;
        this.aeron = aeron;
        this.channel = channel;
        this.aeronStreamId = aeronStreamId;
        published = metrics.counter("microphone_frames_published_total", "stage", stage);
        backPressured = metrics.counter("microphone_publish_refused_total", "stage", stage, "reason", "back_pressure");
        notConnected = metrics.counter("microphone_publish_refused_total", "stage", stage, "reason", "not_connected");
        use(opened);
    }

    private void open() {
        use(aeron.addExclusivePublication(channel, aeronStreamId));
    }

    private void use(ExclusivePublication opened) {
        publication = opened;
        senderLimitCounterId = counterOf(AeronCounters.DRIVER_SENDER_LIMIT_TYPE_ID);
        changedCounterId = counterOf(OneReceiverFlowControl.CHANGED_TYPE_ID);
    }

    /** -1: it has none of that kind. */
    private int counterOf(int typeId) {
        return aeron.countersReader().findByTypeIdAndRegistrationId(typeId, publication.registrationId());
    }

    /**
     * Seals and sends.
     *
     * @return false when the receiver's window is full or nobody is connected: keep the frame and offer it again
     */
    @Override
    public boolean onFrame(Frame frame) {
        frame.seal();
        long position = send(frame);
        if (position > 0) {
            published.incrementRelease();
            return true;
        }
        return refuse(position);
    }

    /**
     * Sends a message that is not a frame, such as a question about a stream.
     *
     * @return false when there is no room now, or nobody is connected
     */
    public boolean send(DirectBuffer message, int lengthBytes) {
        long position = publication.offer(message, 0, lengthBytes);
        return position > 0 || refuse(position);
    }

    private long send(Frame frame) {
        int length = frame.length();
        if (length > publication.maxPayloadLength()) {
            return publication.offer(frame.buffer(), 0, length);
        }
        long position = publication.tryClaim(length, claim);
        if (position > 0) {
            claim.buffer().putBytes(claim.offset(), frame.bytes(), 0, length);
            claim.commit();
        }
        return position;
    }

    private boolean refuse(long position) {
        if (position == Publication.BACK_PRESSURED || position == Publication.ADMIN_ACTION) {
            backPressured.incrementRelease();
        } else if (position == Publication.NOT_CONNECTED) {
            notConnected.incrementRelease();
        } else if (position == Publication.MAX_POSITION_EXCEEDED) {
            // 2^31 terms are used up: 40 days of 200 streams at 64 KiB a term. A new session starts at 0.
            publication.close();
            open();
        } else {
            throw new IllegalStateException("publication on " + channel + " is closed (" + position + ")");
        }
        return false;
    }

    /** Of the Aeron session that is sent on now; positions are its own. */
    public long session() {
        return publication.registrationId();
    }

    /**
     * Begins another session when the receiver of this one has changed: when another has taken over at the same address, or
     * the same has lost its place. What it had not taken of this session, it will not get. On a channel with {@link
     * EmbeddedMedia#ONE_RECEIVER}.
     *
     * @return {@link #session}
     */
    public long followReceiver() {
        return hasOtherReceiver() ? beginAnew() : session();
    }

    /**
     * Whether another has taken over at the receiver's address, or the receiver has lost its place in this session. On a
     * channel with {@link EmbeddedMedia#ONE_RECEIVER}.
     */
    public boolean hasOtherReceiver() {
        return changedCounterId >= 0 && aeron.countersReader().getCounterValue(changedCounterId) != 0;
    }

    /**
     * Begins another session; what the receiver has not taken of this one is gone.
     *
     * @return {@link #session}
     */
    public long beginAnew() {
        publication.revoke();
        open();
        return session();
    }

    /** Behind all that was sent in this session, bytes. */
    public long position() {
        return publication.position();
    }

    /**
     * Up to where the receiver has taken what was sent in this session, bytes. Never too high: the flow control's limit is
     * a window, or less, beyond what was taken. It comes late by up to a quarter of the window.
     */
    public long takenPosition() {
        long windowLength = Math.min(receiverWindowLength, publication.termBufferLength() / 2);
        return aeron.countersReader().getCounterValue(senderLimitCounterId) - windowLength;
    }

    /** Whether the receiver's window is open. */
    public boolean hasRoom() {
        return publication.availableWindow() > 0;
    }

    public boolean isConnected() {
        return publication.isConnected();
    }

    @Override
    public void close() {
        CloseHelper.close(publication);
    }
}
