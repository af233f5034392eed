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
    private int senderLimitCounterId = -1;

    /** @param stage the label of this publisher's counters */
    public FramePublisher(Aeron aeron, String channel, int aeronStreamId, Metrics metrics, String stage) {
        this(aeron, channel, aeronStreamId, EmbeddedMedia.WINDOW_LENGTH, metrics, stage);
    }

    /**
     * @param receiverWindowLength what the receivers of this channel take at most before they say so, bytes
     * @param stage the label of this publisher's counters
     */
    public FramePublisher(
            Aeron aeron, String channel, int aeronStreamId, int receiverWindowLength, Metrics metrics, String stage) {
        this.receiverWindowLength = receiverWindowLength;
        this.aeron = aeron;
        this.channel = channel;
        this.aeronStreamId = aeronStreamId;
        published = metrics.counter("microphone_frames_published_total", "stage", stage);
        backPressured = metrics.counter("microphone_publish_refused_total", "stage", stage, "reason", "back_pressure");
        notConnected = metrics.counter("microphone_publish_refused_total", "stage", stage, "reason", "not_connected");
        publication = aeron.addExclusivePublication(channel, aeronStreamId);
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
            publication = aeron.addExclusivePublication(channel, aeronStreamId);
            senderLimitCounterId = -1;
        } else {
            throw new IllegalStateException("publication on " + channel + " is closed (" + position + ")");
        }
        return false;
    }

    /** Behind all that was sent; bytes of this publication's log. */
    public long position() {
        return publication.position();
    }

    /**
     * Whether the receiver has taken everything before a position that {@link #position} gave. Never true too early: the
     * flow control's limit is a window, or less, beyond what was taken. It comes late by up to a quarter of the window. Of another session, after 2^31 terms: false.
     */
    public boolean isTaken(long position) {
        if (senderLimitCounterId < 0) {
            senderLimitCounterId = aeron.countersReader()
                    .findByTypeIdAndRegistrationId(
                            AeronCounters.DRIVER_SENDER_LIMIT_TYPE_ID, publication.registrationId());
            if (senderLimitCounterId < 0) {
                return false;
            }
        }
        long windowLength = Math.min(receiverWindowLength, publication.termBufferLength() / 2);
        return aeron.countersReader().getCounterValue(senderLimitCounterId) - windowLength >= position;
    }

    public boolean isConnected() {
        return publication.isConnected();
    }

    @Override
    public void close() {
        CloseHelper.close(publication);
    }
}
